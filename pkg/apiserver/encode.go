// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// encode returns the JSON of a value. It panics if the value has none, which is a
// programming error.
func encode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return data
}

func formatVersion(v uint64) string { return strconv.FormatUint(v, 10) }
