// SPDX-License-Identifier: Apache-2.0

package spec

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Size is a number of bytes, written as a quantity such as "512Mi". -1 is
// without limit, where a field allows that.
type Size int64

// sizeUnits are the suffixes of sizes, the largest first.
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

// Bytes is the number of bytes.
func (s Size) Bytes() int64 { return int64(s) }

// String is the manifest's form: in the largest binary unit that fits.
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

// MarshalJSON writes the manifest's form.
func (s Size) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(s.String())), nil }

// UnmarshalJSON reads the manifest's form, or a number of bytes.
func (s *Size) UnmarshalJSON(data []byte) error { return readWord(data, s) }

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
		return errWord
	}
	*s = Size(n)
	return nil
}

func (*Size) form() (want, example string) {
	return "a size", `write it like 512Mi, 1.5Gi or 64k; a bare number is bytes`
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

// CPUs is a number of billionths of a CPU, written as a decimal such as "1.5".
type CPUs int64

const nano = 1_000_000_000

// Nano is the number of billionths of a CPU.
func (c CPUs) Nano() int64 { return int64(c) }

// String is the manifest's form.
func (c CPUs) String() string { return strconv.FormatFloat(float64(c)/nano, 'f', -1, 64) }

// MarshalJSON writes the manifest's form.
func (c CPUs) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(c.String())), nil }

// UnmarshalJSON reads the manifest's form, or a number.
func (c *CPUs) UnmarshalJSON(data []byte) error { return readWord(data, c) }

func (c *CPUs) parse(text string) error {
	n, ok := decimal(text, nano)
	if milli, found := strings.CutSuffix(text, "m"); found {
		n, ok = decimal(milli, nano/1000)
	}
	if !ok {
		return errWord
	}
	*c = CPUs(n)
	return nil
}

func (*CPUs) form() (want, example string) {
	return "a number of CPUs", `write it like "1.5", "0.25" or 500m`
}

// FileMode is the mode of a file, written in octal such as 0o444.
type FileMode uint32

// String is the manifest's form.
func (m FileMode) String() string { return "0" + strconv.FormatUint(uint64(m), 8) }

// MarshalJSON writes the manifest's form.
func (m FileMode) MarshalJSON() ([]byte, error) { return []byte(strconv.Quote(m.String())), nil }

// UnmarshalJSON reads the manifest's form.
func (m *FileMode) UnmarshalJSON(data []byte) error { return readWord(data, m) }

func (m *FileMode) parse(text string) error {
	digits, octal := strings.CutPrefix(text, "0o")
	if !octal {
		digits, octal = strings.CutPrefix(text, "0")
	}
	n, err := strconv.ParseUint(digits, 8, 32)
	if !octal || err != nil || n > 0o7777 {
		return errWord
	}
	*m = FileMode(n)
	return nil
}

func (*FileMode) form() (want, example string) {
	return "a mode in octal", `write it like 0o444 or "0444"`
}
