// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Size is a number of bytes, written as a quantity such as "512Mi". -1 means
// unlimited, where a field allows it.
type Size int64

// Bytes returns the number of bytes.
func (s Size) Bytes() int64 { return int64(s) }

// String returns the size in the largest binary unit that divides it, or
// "unlimited" if it is negative. Hashes depend on this form.
func (s Size) String() string {
	if s < 0 {
		return "unlimited"
	}
	for i, suffix := range []string{"Ti", "Gi", "Mi", "Ki"} {
		unit := int64(1) << (40 - 10*i)
		if s != 0 && int64(s)%unit == 0 {
			return strconv.FormatInt(int64(s)/unit, 10) + suffix
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// MarshalJSON encodes the value as a string.
func (s Size) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(s.String())), nil }

// UnmarshalJSON decodes a string, or a number of bytes.
func (s *Size) UnmarshalJSON(data []byte) error { return unmarshalScalar(data, s) }

func (s *Size) parse(text string) error {
	if text == "unlimited" || text == "-1" {
		*s = -1
		return nil
	}
	n, ok := parseQuantity(text, sizeNotation, 0)
	if !ok {
		return errScalar
	}
	*s = Size(n)
	return nil
}

func (*Size) form() (want, example string) {
	return "a size", `write a size such as 512Mi, 1.5Gi or 64k; a number without a unit is bytes`
}

// The notations of quantities. They exclude exponents, whose evaluation has no
// bounds, and for sizes the suffix m, which means thousandths. CPUs have no digits
// below a billionth, which the parser would round up.
const (
	sizePattern = `([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTP]i|[kMGTP])?`
	cpusPattern = `([0-9]+(\.[0-9]{0,9}0*)?|\.[0-9]{1,9}0*|([0-9]+(\.[0-9]{0,6}0*)?|\.[0-9]{1,6}0*)m)`
)

var (
	sizeNotation = regexp.MustCompile("^" + sizePattern + "$")
	cpusNotation = regexp.MustCompile("^" + cpusPattern + "$")
)

// maxQuantity is the maximum length of a quantity.
const maxQuantity = 24

// parseQuantity returns the value of a quantity in units of 10^scale. It returns
// false if the text is invalid, or if the value is not an integer or too large.
func parseQuantity(text string, notation *regexp.Regexp, scale resource.Scale) (int64, bool) {
	if len(text) > maxQuantity || !notation.MatchString(text) {
		return 0, false
	}
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return 0, false
	}
	n := q.ScaledValue(scale)
	exact := resource.NewScaledQuantity(n, scale).Cmp(q) == 0 // ScaledValue rounds up
	return n, exact && n != math.MaxInt64                     // the parser caps larger values
}

// CPUs is an amount of CPU time in billionths of a core, written as a decimal
// number of cores such as "1.5".
type CPUs int64

const nano = 1_000_000_000

// Nano returns the amount in billionths of a core.
func (c CPUs) Nano() int64 { return int64(c) }

// String returns the notation of manifests.
func (c CPUs) String() string { return strconv.FormatFloat(float64(c)/nano, 'f', -1, 64) }

// MarshalJSON encodes the value as a string.
func (c CPUs) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(c.String())), nil }

// UnmarshalJSON decodes a string or a number.
func (c *CPUs) UnmarshalJSON(data []byte) error { return unmarshalScalar(data, c) }

func (c *CPUs) parse(text string) error {
	n, ok := parseQuantity(text, cpusNotation, resource.Nano)
	if !ok {
		return errScalar
	}
	*c = CPUs(n)
	return nil
}

func (*CPUs) form() (want, example string) {
	return "a number of CPUs", `write a number such as "1.5", "0.25" or 500m`
}

// FileMode is a file mode, written in octal such as 0o444.
type FileMode uint32

// String returns the notation of manifests.
func (m FileMode) String() string { return "0" + strconv.FormatUint(uint64(m), 8) }

// MarshalJSON encodes the value as a string.
func (m FileMode) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(m.String())), nil }

// UnmarshalJSON decodes an octal string.
func (m *FileMode) UnmarshalJSON(data []byte) error { return unmarshalScalar(data, m) }

func (m *FileMode) parse(text string) error {
	digits, octal := strings.CutPrefix(text, "0o")
	if !octal {
		digits, octal = strings.CutPrefix(text, "0")
	}
	n, err := strconv.ParseUint(digits, 8, 32)
	if !octal || err != nil || n > 0o7777 {
		return errScalar
	}
	*m = FileMode(n)
	return nil
}

func (*FileMode) form() (want, example string) {
	return "an octal mode", `write a mode such as 0o444 or "0444"`
}
