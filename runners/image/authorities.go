package main

import (
	"bytes"
	"encoding/pem"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// authorities are Mozilla's certificate authorities as PEM, from a Go module that go.sum pins: those of the machine that
// builds would differ from one to the next. Authorities that are trusted with a reservation only are left out, because a
// file of certificates cannot say it.
func authorities() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		out.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
	}
	return out.Bytes()
}
