// SPDX-License-Identifier: Apache-2.0

package serve

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

	"github.com/google/renameio/v2"

	"github.com/pact-toolbox/reconciler/pkg/statedir"
)

// Credentials are the certificate and the token of the API over TCP. They are kept
// in a file, so that a kubeconfig stays valid after a restart of the controller.
type Credentials struct {
	// Certificate is self-signed; CA is the same certificate in PEM.
	Certificate tls.Certificate
	CA          []byte
	// Token is the bearer token that clients must send.
	Token string
}

const (
	// lifetime is the validity of a certificate, which is renewed when less than
	// renewal of it is left.
	lifetime = 10 * 365 * 24 * time.Hour
	renewal  = 30 * 24 * time.Hour
	// tokenType is the type of the PEM block of the token.
	tokenType = "RECONCILER TOKEN"
)

// LoadCredentials reads the credentials from a file. It creates new ones if the
// file is missing or invalid, if the certificate expires soon, or if it is not
// valid for host, which is a name or an IP address. It creates missing directories
// with mode 0700. It returns an error if other users can access the file, or if the
// file belongs to another user.
func LoadCredentials(path, host string, now time.Time) (Credentials, error) {
	info, err := os.Lstat(path)
	if err == nil && info.Mode() != fileMode {
		return Credentials{}, fmt.Errorf("%s contains secrets and has the mode %v: remove it, or change its mode to 0600", path, info.Mode())
	}
	if err == nil {
		if err := statedir.CheckOwner(path, info); err != nil {
			return Credentials{}, fmt.Errorf("credentials: %w: remove the file", err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return Credentials{}, fmt.Errorf("credentials: %w", err)
	}
	if c, err := parseCredentials(data); err == nil && c.validFor(host, now) {
		return c, nil
	}
	if data, err = newCredentials(host, now); err != nil {
		return Credentials{}, fmt.Errorf("create credentials: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return Credentials{}, fmt.Errorf("directory of the credentials: %w", err)
	}
	if err := renameio.WriteFile(path, data, fileMode, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(fileMode)); err != nil {
		return Credentials{}, fmt.Errorf("credentials: %w", err)
	}
	return parseCredentials(data)
}

// validFor returns whether the certificate is valid for a host, and will be for
// some time.
func (c Credentials) validFor(host string, now time.Time) bool {
	leaf := c.Certificate.Leaf
	return leaf.VerifyHostname(host) == nil && now.After(leaf.NotBefore) && now.Add(renewal).Before(leaf.NotAfter)
}

// newCredentials returns a new key, certificate and token, in PEM.
func newCredentials(host string, now time.Time) ([]byte, error) {
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
		_ = pem.Encode(&out, block) // never fails on a buffer
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
