package kafka

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// authority makes certificates and writes them into a folder.
type authority struct {
	t      *testing.T
	folder string
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate
}

func newAuthority(t *testing.T, folder string) *authority {
	t.Helper()
	a := &authority{t: t, folder: folder}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}
	a.cert = template
	a.key = a.write("ca", template, nil)
	cert, err := tls.LoadX509KeyPair(filepath.Join(folder, "ca.pem"), filepath.Join(folder, "ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	a.cert = cert.Leaf
	return a
}

// write writes a certificate NAME.pem and its key NAME.key.
func (a *authority) write(name string, template *x509.Certificate, signer *ecdsa.PrivateKey) *ecdsa.PrivateKey {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	writeFile(a.t, filepath.Join(a.folder, name+".pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	writeFile(a.t, filepath.Join(a.folder, name+".key"), string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret})))
	return key
}

// issue writes a certificate for a name, and returns it.
func (a *authority) issue(name string) tls.Certificate {
	a.t.Helper()
	a.write(name, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}, a.key)
	cert, err := tls.LoadX509KeyPair(filepath.Join(a.folder, name+".pem"), filepath.Join(a.folder, name+".key"))
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// connects says whether a cluster answers somebody who connects so.
func connects(addresses []string, s Security) error {
	source := Source{Place: Place{Brokers: addresses, Topics: []string{"ev"}}, Security: s}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return CheckTopics(ctx, source)
}

func TestTLSAndLogins(t *testing.T) {
	folder := t.TempDir()
	ca := newAuthority(t, folder)
	server, client := ca.issue("broker"), ca.issue("client")
	_ = client
	trusted := x509.NewCertPool()
	trusted.AddCert(ca.cert)
	for file, text := range map[string]string{"user": "u\n", "password": "p\n", "wrong": "x", "token": "tok"} {
		writeFile(t, filepath.Join(folder, file), text)
	}
	for _, mechanism := range []string{Plain, Scram256, Scram512} {
		t.Run(mechanism, func(t *testing.T) {
			cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "ev"), kfake.EnableSASL(), kfake.Superuser(mechanism, "u", "p"),
				kfake.TLS(&tls.Config{Certificates: []tls.Certificate{server}, ClientCAs: trusted, ClientAuth: tls.RequireAndVerifyClientCert}))
			if err != nil {
				t.Fatal(err)
			}
			defer cluster.Close()
			config := func(tls, password string) Security {
				t.Helper()
				path := filepath.Join(folder, "security.json")
				writeFile(t, path, `{"tls":{`+tls+`},"sasl":{"mechanism":"`+mechanism+`","user_file":"user","password_file":"`+password+`"}}`)
				s, err := ReadSecurity(path)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			whole := `"ca":"ca.pem","cert":"client.pem","key":"client.key"`
			if err := connects(cluster.ListenAddrs(), config(whole+`,"server_name":"broker"`, "password")); err != nil {
				t.Error(err)
			}
			for name, s := range map[string]Security{
				"another password":   config(whole, "wrong"),
				"another name":       config(whole+`,"server_name":"other"`, "password"),
				"another authority":  config(`"cert":"client.pem","key":"client.key"`, "password"),
				"no certificate":     config(`"ca":"ca.pem"`, "password"),
				"no password at all": {TLS: config(whole, "password").TLS},
			} {
				if err := connects(cluster.ListenAddrs(), s); err == nil {
					t.Errorf("%s: connected", name)
				}
			}
		})
	}
	t.Run(OAuthBearer, func(t *testing.T) { testToken(t, folder) })
}

// The fake knows no tokens: what a broker says is played, and what the client shows is looked at. It reads the file anew
// for each connection.
func testToken(t *testing.T, folder string) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "ev"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	var shown atomic.Value
	cluster.ControlKey(int16(kmsg.SASLHandshake), func(r kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		return r.ResponseKind(), nil, true
	})
	cluster.ControlKey(int16(kmsg.SASLAuthenticate), func(r kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		shown.Store(string(r.(*kmsg.SASLAuthenticateRequest).SASLAuthBytes))
		return r.ResponseKind(), nil, true
	})
	s := Security{SASL: &SASL{Mechanism: OAuthBearer, TokenFile: filepath.Join(folder, "token")}}
	for _, token := range []string{"tok", "later"} {
		writeFile(t, s.SASL.TokenFile, token+"\n")
		if err := connects(cluster.ListenAddrs(), s); err != nil {
			t.Fatal(err)
		}
		if text := shown.Load().(string); !strings.Contains(text, "auth=Bearer "+token+"\x01") {
			t.Errorf("shown %q", text)
		}
	}
	s.SASL.TokenFile = filepath.Join(folder, "none")
	if err := connects(cluster.ListenAddrs(), s); err == nil {
		t.Error("connected without a token")
	}
}

func TestReadSecurity(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "s.json")
	writeFile(t, path, `{"tls":{"ca":"/ca.pem","server_name":"n"},"sasl":{"mechanism":"PLAIN","user_file":"u","password_file":"sub/p"}}`)
	got, err := ReadSecurity(path)
	if err != nil {
		t.Fatal(err)
	}
	want := Security{&TLS{CA: "/ca.pem", ServerName: "n"}, &SASL{Mechanism: Plain, UserFile: filepath.Join(folder, "u"), PasswordFile: filepath.Join(folder, "sub/p")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range []string{
		``, `[]`, `{"ssl":{}}`, `{} {}`, `{"sasl":{}}`, `{"sasl":{"mechanism":"PLAIN","user":"u"}}`, `{"sasl":{"mechanism":"PLAIN","user_file":"u"}}`,
		`{"sasl":{"mechanism":"OAUTHBEARER","user_file":"u","password_file":"p"}}`, `{"tls":{"key":"k"}}`,
	} {
		writeFile(t, path, wrong)
		if s, err := ReadSecurity(path); err == nil {
			t.Errorf("%s is read as %+v", wrong, s)
		}
	}
	if _, err := ReadSecurity(filepath.Join(folder, "none")); err == nil {
		t.Error("a file that is not there is read")
	}
}

// A password or token goes in the clear to this machine only.
func TestSecretsInTheClear(t *testing.T) {
	login := Security{SASL: &SASL{Mechanism: Plain, UserFile: "u", PasswordFile: "p"}}
	token := Security{SASL: &SASL{Mechanism: OAuthBearer, TokenFile: "t"}}
	scram := Security{SASL: &SASL{Mechanism: Scram256, UserFile: "u", PasswordFile: "p"}}
	for _, c := range []struct {
		s       Security
		broker  string
		allowed bool
	}{
		{login, "localhost:9092", true}, {login, "127.0.0.1", true}, {token, "[::1]:9092", true}, {login, "broker:9092", false},
		{token, "10.0.0.1:9092", false}, {scram, "broker:9092", true}, {Security{TLS: &TLS{}, SASL: login.SASL}, "broker:9092", true},
	} {
		if err := c.s.checkFor([]string{"localhost", c.broker}); (err == nil) != c.allowed {
			t.Errorf("%s to %s: %v", c.s.SASL.Mechanism, c.broker, err)
		}
	}
}
