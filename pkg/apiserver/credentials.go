// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Credentials are what the API over TCP is served with. They are made once and
// kept, so that a kubeconfig outlives the controller.
type Credentials struct {
	// Certificate is its own authority; CA is it as PEM.
	Certificate tls.Certificate
	CA          []byte
	// Token is what a client has to show.
	Token string
}

const (
	// lifetime is that of a certificate; it is renewed when less than renewal
	// is left.
	lifetime = 10 * 365 * 24 * time.Hour
	renewal  = 30 * 24 * time.Hour
	// tokenType is the type of the PEM block that holds the token.
	tokenType = "RECONCILER TOKEN"
)

// LoadCredentials reads the credentials kept in a file that only its owner may
// read, or makes new ones when there are none, or none for host, a name or an
// address. Missing folders are made, for the owner alone.
func LoadCredentials(path, host string, now time.Time) (Credentials, error) {
	info, err := os.Lstat(path)
	if err == nil && info.Mode() != ownerOnly {
		return Credentials{}, fmt.Errorf("%s holds secrets and has the mode %v: remove it, or make it a file of mode 0600", path, info.Mode())
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Credentials{}, fmt.Errorf("credentials: %w", err)
	}
	if c, err := parseCredentials(data); err == nil && c.serve(host, now) {
		return c, nil
	}
	if data, err = makeCredentials(host, now); err != nil {
		return Credentials{}, fmt.Errorf("make credentials: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return Credentials{}, fmt.Errorf("folder of the credentials: %w", err)
	}
	if err := WriteFile(path, data, ownerOnly); err != nil {
		return Credentials{}, fmt.Errorf("credentials: %w", err)
	}
	return parseCredentials(data)
}

// serve reports that the credentials are good for a host.
func (c Credentials) serve(host string, now time.Time) bool {
	leaf := c.Certificate.Leaf
	return leaf.VerifyHostname(host) == nil && now.After(leaf.NotBefore) && now.Add(renewal).Before(leaf.NotAfter)
}

// makeCredentials makes a key, a certificate and a token, as PEM.
func makeCredentials(host string, now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: "reconciler"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(lifetime),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = append(template.IPAddresses, ip)
	} else if !slices.Contains(template.DNSNames, host) {
		template.DNSNames = append(template.DNSNames, host)
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, block := range []*pem.Block{
		{Type: "CERTIFICATE", Bytes: certificate},
		{Type: "PRIVATE KEY", Bytes: private},
		{Type: tokenType, Bytes: []byte(rand.Text() + rand.Text())},
	} {
		_ = pem.Encode(&out, block) // a buffer takes everything
	}
	return out.Bytes(), nil
}

func parseCredentials(data []byte) (Credentials, error) {
	var c Credentials
	certificate, err := tls.X509KeyPair(data, data)
	if err != nil {
		return c, err
	}
	c.Certificate = certificate
	c.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == tokenType {
			c.Token = string(block.Bytes)
		}
	}
	if c.Token == "" {
		return c, errors.New("no token")
	}
	return c, nil
}

// WriteFile writes a file in one step: whoever reads it finds the old or the new
// content, whole.
func WriteFile(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".reconciler-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
