package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// An authority signs certificates for this machine, which are good for an hour.
type authority struct {
	folder string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
}

// newAuthority writes its own certificate, NAME.pem.
func newAuthority(folder, name string) (*authority, error) {
	a := &authority{folder: folder, cert: &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}}
	limit(a.cert)
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	cert, _, err := a.sign(a.cert, a.key)
	if err != nil {
		return nil, err
	}
	return a, a.write(name+".pem", cert)
}

func limit(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
}

// issue writes a certificate for localhost, NAME.pem, its key, NAME.key, and both in one file, NAME-both.pem.
func (a *authority) issue(name string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	limit(c)
	cert, secret, err := a.sign(c, key)
	if err != nil {
		return err
	}
	if err := a.write(name+".pem", cert); err != nil {
		return err
	}
	if err := a.write(name+".key", secret); err != nil {
		return err
	}
	return a.write(name+"-both.pem", bytes.Join([][]byte{secret, cert}, nil))
}

// sign returns a certificate and its key as PEM.
func (a *authority) sign(c *x509.Certificate, key *ecdsa.PrivateKey) (cert, secret []byte, err error) {
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key) // the form that brokers read
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), nil
}

func (a *authority) write(name string, data []byte) error {
	return os.WriteFile(filepath.Join(a.folder, name), data, 0o600)
}
