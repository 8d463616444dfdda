package modelstore

import (
	"net/netip"
	"testing"
)

func TestWhichAddressesMayBeDialled(t *testing.T) {
	listed := []netip.Prefix{netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("fd00:1::/32")}
	for _, c := range []struct {
		host, to string
		may      bool
	}{
		{"h", "93.184.216.34", true},
		{"h", "2606:2800:220:1::1", true},
		{"h", "127.0.0.1", false},
		{"h", "127.255.0.9", false},
		{"h", "::1", false},
		{"h", "::ffff:127.0.0.1", false},
		{"h", "::127.0.0.1", false},
		{"h", "0.0.0.0", false},
		{"h", "0.1.2.3", false},
		{"h", "::", false},
		{"h", "10.0.0.1", false},
		{"h", "::ffff:10.0.0.1", false},
		{"h", "172.16.0.1", false},
		{"h", "172.32.0.1", true},
		{"h", "192.168.1.1", false},
		{"h", "169.254.169.254", false},
		{"h", "::ffff:169.254.169.254", false},
		{"h", "fe80::1", false},
		{"h", "fc00::1", false},
		{"h", "fd00:ec2::254", false},
		{"h", "fec0::1", false},
		{"h", "100.64.0.1", false},
		{"h", "100.128.0.1", true},
		{"h", "198.18.0.1", false},
		{"h", "224.0.0.1", false},
		{"h", "ff02::1", false},
		{"h", "240.0.0.1", false},
		{"h", "255.255.255.255", false},
		{"h", "64:ff9b::7f00:1", false},    // NAT64 of 127.0.0.1
		{"h", "64:ff9b::a9fe:a9fe", false}, // NAT64 of 169.254.169.254
		{"h", "64:ff9b::5db8:d822", true},  // NAT64 of 93.184.216.34
		{"h", "2002:7f00:1::1", false},     // 6to4 of 127.0.0.1
		{"h", "2001:0:1::1", false},        // Teredo
		{"h", "10.20.3.4", true},           // a listed network
		{"h", "::ffff:10.20.3.4", true},
		{"h", "10.21.3.4", false},
		{"h", "fd00:1:2::3", true},
		{"127.0.0.1", "127.0.0.1", true}, // a listed address
		{"127.0.0.1", "127.0.0.2", false},
		{"::1", "::1", true},
		{"::ffff:127.0.0.1", "127.0.0.1", true},
		{"0.0.0.0", "0.0.0.0", false}, // listed or not
		{"ff02::1", "ff02::1", false},
		{"localhost", "127.0.0.1", true},
		{"localhost", "::1", true},
		{"localhost", "10.0.0.1", false},
	} {
		if got := mayDial(c.host, netip.MustParseAddr(c.to), listed); got != c.may {
			t.Errorf("host %s to %s: %v, want %v", c.host, c.to, got, c.may)
		}
	}
}
