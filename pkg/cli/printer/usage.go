// SPDX-License-Identifier: Apache-2.0

package printer

import (
	"fmt"
	"strconv"

	"github.com/pact-toolbox/reconciler/pkg/api/v1alpha1"
)

// Usage returns the cells of a sample: CPU, memory, limit, network, block I/O, PIDs.
func Usage(m *v1alpha1.Metrics) []string {
	limit := "<none>"
	if m.MemoryLimitBytes > 0 {
		limit = Bytes(m.MemoryLimitBytes)
	}
	return []string{
		strconv.Itoa(int(m.CPUPercent*10+0.5)) + "m", Bytes(m.MemoryUsedBytes), limit,
		Bytes(m.NetworkRxBytes) + "/" + Bytes(m.NetworkTxBytes),
		Bytes(m.BlockReadBytes) + "/" + Bytes(m.BlockWriteBytes),
		strconv.FormatUint(m.PIDs, 10),
	}
}

// Bytes returns a size with two or three digits, for example "17Mi" or "1.5Gi".
func Bytes(n uint64) string {
	value, unit := float64(n), 0
	for value >= 1000 && unit < 4 {
		value, unit = value/1024, unit+1
	}
	if unit == 0 || value >= 10 {
		return fmt.Sprintf("%.0f%s", value, [...]string{"B", "Ki", "Mi", "Gi", "Ti"}[unit])
	}
	return fmt.Sprintf("%.1f%s", value, [...]string{"B", "Ki", "Mi", "Gi", "Ti"}[unit])
}
