package modelstore

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// maxRedirects bounds the redirects that are followed; each target is checked against the allow-list like the uri itself.
const maxRedirects = 3

// webOpener opens http:// and https:// documents.
//
// It takes no proxy from the environment: the address that is dialled would then be the proxy's, and the check of addresses would
// say nothing. Connections are not kept: documents are rare, and a kept connection would outlive the check that allowed it.
type webOpener struct {
	allow    allowList
	networks []netip.Prefix
	client   *http.Client
	resolver *net.Resolver // nil: the system's
}

func newWebOpener(allow allowList, networks []netip.Prefix) *webOpener {
	o := &webOpener{allow: allow, networks: networks}
	o.client = &http.Client{
		CheckRedirect: o.checkRedirect,
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            o.dial,
			DisableKeepAlives:      true,
			DisableCompression:     true, // digest and bounds are about the bytes as sent
			TLSHandshakeTimeout:    10 * time.Second,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
	return o
}

func (o *webOpener) open(ctx context.Context, place Place) (Source, error) {
	u := &url.URL{Scheme: place.Scheme, Host: place.Host, Path: "/" + place.Path()}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Source{}, fault(BadURI, "it does not follow the syntax of uris")
	}
	req.Header.Set("User-Agent", "beam-pmml")
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := o.client.Do(req)
	if err != nil {
		return Source{}, webFault(err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return Source{}, statusFault(resp.StatusCode)
	}
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity", "gzip", "x-gzip": // a stored .gz that the server labels so; it is told by its first bytes
	default:
		resp.Body.Close()
		return Source{}, fault(Unavailable, "the server sent a content encoding that was not asked for")
	}
	return Source{Body: resp.Body, Size: resp.ContentLength}, nil
}

// webFault takes the *url.Error off: it repeats addresses, with the query of a redirect's target.
func webFault(err error) error {
	var ours *Error
	if errors.As(err, &ours) {
		return ours
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return err
}

func (o *webOpener) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fault(Unavailable, "it was redirected more than %d times", maxRedirects)
	}
	place, err := placeOf(req.URL)
	if err != nil {
		return fault(NotAllowed, "")
	}
	if _, ok := o.allow.match(place); !ok {
		return fault(NotAllowed, "")
	}
	req.Header.Del("Referer")
	return nil
}

// dial connects to host:port. The check runs in the dialer's Control, after names are resolved and for each address that is tried,
// so that a name cannot mean one address when it is checked and another when it is dialled.
func (o *webOpener) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{
		Timeout:  20 * time.Second,
		Resolver: o.resolver,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !mayDial(host, at.Addr(), o.networks) {
				return fault(NotAllowed, "")
			}
			return nil
		},
	}
	return d.DialContext(ctx, network, hostport)
}
