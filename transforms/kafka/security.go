package kafka

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Security says how brokers are spoken to. It names files only, which each worker reads for itself whenever it connects:
// so no secret travels with a pipeline, and a file that is written anew counts from the next connection on. The zero value
// is a connection in the clear, without a login.
type Security struct {
	TLS  *TLS  `json:"tls,omitempty"`
	SASL *SASL `json:"sasl,omitempty"`
}

// TLS says whom a connection trusts and how it shows itself. What an empty field stands for is said beside it.
type TLS struct {
	CA         string `json:"ca,omitempty"`          // PEM file of the authorities that are trusted; the system's
	Cert       string `json:"cert,omitempty"`        // PEM file of the client's certificate; none
	Key        string `json:"key,omitempty"`         // PEM file of its key
	ServerName string `json:"server_name,omitempty"` // the name that brokers' certificates must have; the broker's host
}

// SASL says how to log in. Files hold one text; white space around it does not count.
type SASL struct {
	Mechanism    string `json:"mechanism"` // PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER
	UserFile     string `json:"user_file,omitempty"`
	PasswordFile string `json:"password_file,omitempty"`
	TokenFile    string `json:"token_file,omitempty"` // OAUTHBEARER
}

// The mechanisms of SASL.
const (
	Plain       = "PLAIN"
	Scram256    = "SCRAM-SHA-256"
	Scram512    = "SCRAM-SHA-512"
	OAuthBearer = "OAUTHBEARER"
)

// ReadSecurity reads a JSON file of a Security. Paths in it that are not absolute lie below the file's folder. Unknown
// members are errors.
func ReadSecurity(path string) (Security, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Security{}, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var s Security
	if err := d.Decode(&s); err != nil {
		return Security{}, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Security{}, fmt.Errorf("%s: something stands behind the object", path)
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Security{}, err
	}
	for _, file := range s.files() {
		if *file != "" && !filepath.IsAbs(*file) {
			*file = filepath.Join(folder, *file)
		}
	}
	if err := s.check(); err != nil {
		return Security{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func (s *Security) files() (files []*string) {
	if s.TLS != nil {
		files = append(files, &s.TLS.CA, &s.TLS.Cert, &s.TLS.Key)
	}
	if s.SASL != nil {
		files = append(files, &s.SASL.UserFile, &s.SASL.PasswordFile, &s.SASL.TokenFile)
	}
	return files
}

func (s Security) check() error {
	if t := s.TLS; t != nil && (t.Cert == "") != (t.Key == "") {
		return errors.New("kafka: tls: a certificate needs its key and a key its certificate")
	}
	if s.SASL == nil {
		return nil
	}
	switch m := s.SASL; m.Mechanism {
	case Plain, Scram256, Scram512:
		if m.UserFile == "" || m.PasswordFile == "" || m.TokenFile != "" {
			return fmt.Errorf("kafka: sasl: %s needs user_file and password_file, and no token_file", m.Mechanism)
		}
	case OAuthBearer:
		if m.TokenFile == "" || m.UserFile != "" || m.PasswordFile != "" {
			return fmt.Errorf("kafka: sasl: %s needs token_file alone", m.Mechanism)
		}
	default:
		return fmt.Errorf("kafka: sasl: the mechanism %q is none of %s, %s, %s, %s", m.Mechanism, Plain, Scram256, Scram512, OAuthBearer)
	}
	return nil
}

// checkFor refuses to show a password or token to whoever listens: without TLS they may go to brokers on this machine only.
func (s Security) checkFor(brokers []string) error {
	if err := s.check(); err != nil {
		return err
	}
	if s.TLS != nil || s.SASL == nil || s.SASL.Mechanism != Plain && s.SASL.Mechanism != OAuthBearer {
		return nil
	}
	for _, b := range brokers {
		host := b
		if h, _, err := net.SplitHostPort(b); err == nil {
			host = h
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("kafka: %s without tls would send its secret to %s in the clear: add tls, or take %s", s.SASL.Mechanism, b, Scram512)
		}
	}
	return nil
}

// options are those of a client that connects so.
func (s Security) options() ([]kgo.Opt, error) {
	var opts []kgo.Opt
	if s.TLS != nil {
		config, err := s.TLS.config()
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.DialTLSConfig(config))
	}
	if s.SASL != nil {
		opts = append(opts, kgo.SASL(s.SASL.mechanism()))
	}
	return opts, nil
}

func (t *TLS) config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CA != "" {
		pem, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, fmt.Errorf("kafka: tls: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("kafka: tls: %s holds no certificate in PEM", t.CA)
		}
	}
	if t.Cert != "" {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			cert, err := tls.LoadX509KeyPair(t.Cert, t.Key)
			if err != nil {
				return nil, fmt.Errorf("kafka: tls: %w", err)
			}
			return &cert, nil
		}
		if _, err := c.GetClientCertificate(nil); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (m *SASL) mechanism() sasl.Mechanism {
	switch m.Mechanism {
	case OAuthBearer:
		return oauth.Oauth(func(context.Context) (oauth.Auth, error) {
			token, err := secret(m.TokenFile)
			return oauth.Auth{Token: token}, err
		})
	case Plain:
		return plain.Plain(func(context.Context) (plain.Auth, error) {
			user, password, err := m.login()
			return plain.Auth{User: user, Pass: password}, err
		})
	}
	login := func(context.Context) (scram.Auth, error) {
		user, password, err := m.login()
		return scram.Auth{User: user, Pass: password}, err
	}
	if m.Mechanism == Scram256 {
		return scram.Sha256(login)
	}
	return scram.Sha512(login)
}

func (m *SASL) login() (user, password string, err error) {
	if user, err = secret(m.UserFile); err != nil {
		return "", "", err
	}
	password, err = secret(m.PasswordFile)
	return user, password, err
}

// secret reads the text of a file.
func secret(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("kafka: sasl: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// key tells ways of connecting apart.
func (s Security) key() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("kafka: security: %v", err)) // texts always have a JSON form
	}
	return string(text)
}
