package modelstore

import "net/netip"

// mayDial says whether a connection for a listed host may go to the address: a public one, one in a listed network, the literal
// address that the host is, or loopback for the host "localhost".
func mayDial(host string, to netip.Addr, networks []netip.Prefix) bool {
	to = to.Unmap()
	if to.Zone() != "" || to.IsUnspecified() || to.IsMulticast() {
		return false
	}
	if literal, err := netip.ParseAddr(host); err == nil {
		return literal.Unmap() == to
	}
	if host == "localhost" && to.IsLoopback() {
		return true
	}
	for _, n := range networks {
		if n.Contains(to) {
			return true
		}
	}
	return public(to)
}

// special are the ranges that are not public beside those that netip knows by name (IANA special-purpose address registries).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),      // this network
	netip.MustParsePrefix("100.64.0.0/10"),  // shared by carriers (CGNAT)
	netip.MustParsePrefix("192.0.0.0/24"),   // protocol assignments
	netip.MustParsePrefix("198.18.0.0/15"),  // benchmarks
	netip.MustParsePrefix("240.0.0.0/4"),    // reserved, and broadcast
	netip.MustParsePrefix("::/96"),          // IPv4-compatible, deprecated
	netip.MustParsePrefix("64:ff9b:1::/48"), // local translation
	netip.MustParsePrefix("100::/64"),       // discard
	netip.MustParsePrefix("2001::/32"),      // Teredo, which wraps IPv4
	netip.MustParsePrefix("fec0::/10"),      // site-local, deprecated
}

// public says whether an address, not in IPv4-mapped form, belongs to the open network.
func public(a netip.Addr) bool {
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, n := range special {
		if n.Contains(a) {
			return false
		}
	}
	if inner, ok := embedded(a); ok {
		return public(inner)
	}
	return true
}

// embedded returns the IPv4 address that an IPv6 address of a translator or tunnel leads to: NAT64 (RFC 6052), 6to4 (RFC 3056).
func embedded(a netip.Addr) (netip.Addr, bool) {
	if !a.Is6() {
		return netip.Addr{}, false
	}
	b := a.As16()
	switch {
	case netip.PrefixFrom(netip.MustParseAddr("64:ff9b::"), 96).Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case b[0] == 0x20 && b[1] == 0x02:
		return netip.AddrFrom4([4]byte(b[2:6])), true
	}
	return netip.Addr{}, false
}
