package modelstore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// server starts a web server on loopback and counts its requests.
func server(t *testing.T, handle http.HandlerFunc) (base string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, requests
}

func TestHTTP(t *testing.T) {
	base, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/m/a b.pmml":
			if r.Header.Get("Authorization") != "" || r.Header.Get("Accept-Encoding") != "identity" || r.URL.RawQuery != "" {
				w.WriteHeader(http.StatusBadRequest)
			}
			fmt.Fprint(w, "<PMML/>")
		case "/m/gone":
			w.WriteHeader(http.StatusGone)
		case "/m/forbidden":
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "secret")
		case "/m/broken":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/m/partial":
			w.WriteHeader(http.StatusPartialContent)
		case "/m/brotli":
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "x")
		case "/m/short":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "x")
		case "/m/large":
			w.Header().Set("Content-Length", "2000000")
		case "/m/headers":
			w.Header().Set("X", strings.Repeat("x", 100<<10))
		case "/m/endless":
			for r.Context().Err() == nil {
				w.Write(make([]byte, 10_000))
			}
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	s := mustNew(t, Config{Allow: []string{base + "/m"}, MaxBytes: 1 << 20})
	data, digest, err := s.Fetch(context.Background(), base+"/m/a%20b.pmml")
	if err != nil || string(data) != "<PMML/>" || digest != sum("<PMML/>") {
		t.Fatalf("%q %s %v", data, digest, err)
	}
	for path, code := range map[string]Code{
		"none": NotFound, "gone": NotFound, "forbidden": Denied, "broken": Unavailable, "partial": Unavailable, "brotli": Unavailable,
		"short": Unavailable, "large": TooLarge, "headers": Unavailable, "endless": TooLarge,
	} {
		_, _, err := s.Fetch(context.Background(), base+"/m/"+path)
		if e := wantCode(t, err, code); strings.Contains(e.Error(), "secret") {
			t.Error(e)
		}
	}
	_, _, err = s.Fetch(context.Background(), base+"/other/a.pmml")
	wantCode(t, err, NotAllowed)
}

func TestRedirectsAreCheckedAgain(t *testing.T) {
	secret, reached := server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "secret") })
	var base string
	base, _ = server(t, func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{
			"/m/inside":   "/m/target",
			"/m/outside":  "/private/target",
			"/m/server":   secret + "/m/target",
			"/m/file":     "file:///etc/passwd",
			"/m/query":    "/m/target?token=secret",
			"/m/userinfo": strings.Replace(base, "://", "://user:secret@", 1) + "/m/target",
			"/m/parent":   "/m/%2e%2e/private",
			"/m/1":        "/m/2", "/m/2": "/m/3", "/m/3": "/m/target", "/m/0": "/m/1",
			"/m/loop": "/m/loop",
		}[r.URL.Path]
		switch {
		case r.URL.Path == "/m/target":
			if r.Header.Get("Referer") != "" {
				w.WriteHeader(http.StatusBadRequest)
			}
			fmt.Fprint(w, "<PMML/>")
		case to == "":
			fmt.Fprint(w, "secret")
		default:
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	})
	s := mustNew(t, Config{Allow: []string{base + "/m"}})
	for _, c := range []struct {
		path string
		code Code
	}{
		{"inside", ""},
		{"1", ""},          // three redirects
		{"0", Unavailable}, // four
		{"loop", Unavailable},
		{"outside", NotAllowed},
		{"server", NotAllowed},
		{"file", NotAllowed},
		{"query", NotAllowed},
		{"userinfo", NotAllowed},
		{"parent", NotAllowed},
	} {
		t.Run(c.path, func(t *testing.T) {
			data, _, err := s.Fetch(context.Background(), base+"/m/"+c.path)
			if c.code == "" {
				if err != nil || string(data) != "<PMML/>" {
					t.Errorf("%q %v", data, err)
				}
				return
			}
			if e := wantCode(t, err, c.code); strings.Contains(e.Error(), "secret") {
				t.Error(e)
			}
		})
	}
	if reached.Load() != 0 {
		t.Error("a server that is not listed was asked")
	}
}

// nameServer answers each question for an IPv4 address with the next of the answers, the last one for ever.
func nameServer(t *testing.T, answers ...[4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			if q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 0},
					Body:   &dnsmessage.AResource{A: answers[0]},
				}}
				answers = answers[min(1, len(answers)-1):]
			}
			if out, err := m.Pack(); err == nil {
				conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func TestTheAddressBehindANameIsChecked(t *testing.T) {
	base, requests := server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<PMML/>") })
	port := base[strings.LastIndexByte(base, ':')+1:]
	uri := "http://models.example.:" + port + "/a.pmml" // the dot keeps search domains out of the test
	allow := []string{"http://models.example.:" + port + "/"}

	t.Run("name of a loopback address", func(t *testing.T) {
		s := mustNew(t, Config{Allow: allow})
		s.web.resolver = nameServer(t, [4]byte{127, 0, 0, 1})
		_, _, err := s.Fetch(context.Background(), uri)
		wantCode(t, err, NotAllowed)
		if requests.Load() != 0 {
			t.Error("the server was asked")
		}
	})
	t.Run("the same in a listed network", func(t *testing.T) {
		s := mustNew(t, Config{Allow: allow, Networks: []string{"127.0.0.0/8"}})
		s.web.resolver = nameServer(t, [4]byte{127, 0, 0, 1})
		if _, _, err := s.Fetch(context.Background(), uri); err != nil {
			t.Error(err)
		}
	})
	t.Run("a name that moves between two loads", func(t *testing.T) {
		before := requests.Load()
		s := mustNew(t, Config{Allow: allow, Networks: []string{"127.0.0.1/32"}})
		s.web.resolver = nameServer(t, [4]byte{127, 0, 0, 1}, [4]byte{127, 0, 0, 2}, [4]byte{169, 254, 169, 254})
		if _, _, err := s.Fetch(context.Background(), uri); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			_, _, err := s.Fetch(context.Background(), uri)
			wantCode(t, err, NotAllowed)
		}
		if requests.Load() != before+1 {
			t.Error("a kept connection or another address was used")
		}
	})
}

func TestNoProxyOfTheEnvironment(t *testing.T) {
	proxy, asked := server(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "proxy") })
	t.Setenv("HTTP_PROXY", proxy)
	t.Setenv("http_proxy", proxy)
	s := mustNew(t, Config{Allow: []string{"http://models.example./"}, Networks: []string{"127.0.0.0/8"}})
	s.web.resolver = nameServer(t, [4]byte{127, 0, 0, 1})
	s.Fetch(context.Background(), "http://models.example./a.pmml") // nothing need listen on port 80
	if asked.Load() != 0 {
		t.Error("the proxy was asked")
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	tls := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<PMML/>") }))
	defer tls.Close()
	s := mustNew(t, Config{Allow: []string{tls.URL}})
	_, _, err := s.Fetch(context.Background(), tls.URL+"/a.pmml")
	wantCode(t, err, Unavailable) // its certificate is signed by nobody we know

	s.web.client.Transport.(*http.Transport).TLSClientConfig.RootCAs = tls.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if _, _, err := s.Fetch(context.Background(), tls.URL+"/a.pmml"); err != nil {
		t.Error(err)
	}
}

func TestAServerThatDoesNotAnswer(t *testing.T) {
	base, _ := server(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s := mustNew(t, Config{Allow: []string{base}, Timeout: 50 * time.Millisecond})
	_, _, err := s.Fetch(context.Background(), base+"/a")
	if e := wantCode(t, err, TimedOut); !errors.Is(e, context.DeadlineExceeded) {
		t.Error(e)
	}
}

func TestAServerThatStopsHalfWay(t *testing.T) {
	base, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<PMML")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	s := mustNew(t, Config{Allow: []string{base}, Timeout: 50 * time.Millisecond})
	_, _, err := s.Fetch(context.Background(), base+"/a")
	wantCode(t, err, TimedOut)
}
