// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Size is a number of bytes, written as a quantity such as "512Mi". -1 means
// unlimited, where a field allows it.
type Size int64

// sizeUnits lists the suffixes of sizes.
var sizeUnits = []struct {
	suffix string
	bytes  int64
}{
	{"Ti", 1 << 40},
	{"Gi", 1 << 30},
	{"Mi", 1 << 20},
	{"Ki", 1 << 10},
	{"T", 1e12},
	{"G", 1e9},
	{"M", 1e6},
	{"k", 1e3},
}

// Bytes returns the number of bytes.
func (s Size) Bytes() int64 { return int64(s) }

// String returns the size in the largest binary unit that divides it, or
// "unlimited" if it is negative.
func (s Size) String() string {
	if s < 0 {
		return "unlimited"
	}
	for _, unit := range sizeUnits[:4] {
		if s != 0 && int64(s)%unit.bytes == 0 {
			return strconv.FormatInt(int64(s)/unit.bytes, 10) + unit.suffix
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
	factor := int64(1)
	for _, unit := range sizeUnits {
		if number, found := strings.CutSuffix(text, unit.suffix); found {
			text, factor = number, unit.bytes
			break
		}
	}
	n, ok := decimal(text, factor)
	if !ok {
		return errScalar
	}
	*s = Size(n)
	return nil
}

func (*Size) form() (want, example string) {
	return "a size", `write a size such as 512Mi, 1.5Gi or 64k; a number without a unit is bytes`
}

// decimal is a number such as "1.5", times factor; false when it is none, is
// negative, has digits too small to count, or is too large.
func decimal(text string, factor int64) (int64, bool) {
	digits := strings.Replace(text, ".", "", 1)
	if digits == "" || len(text) > 20 || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false
	}
	n.Mul(n, new(big.Rat).SetInt64(factor))
	if !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() == math.MaxInt64 {
		return 0, false
	}
	return n.Num().Int64(), true
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
	n, ok := decimal(text, nano)
	if milli, found := strings.CutSuffix(text, "m"); found {
		n, ok = decimal(milli, nano/1000)
	}
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
