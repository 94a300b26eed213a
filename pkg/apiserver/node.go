// SPDX-License-Identifier: Apache-2.0

package apiserver

import (
	"fmt"
	"math"
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/pact-toolbox/reconciler/pkg/api/table"
	"github.com/pact-toolbox/reconciler/pkg/spec"
	"github.com/pact-toolbox/reconciler/pkg/status"
)

// metricsGroup is the group of what pods and nodes use.
var metricsGroup = schema.GroupVersion{Group: "metrics.k8s.io", Version: "v1beta1"}

// Node is the machine that the engine runs on.
type Node struct {
	// Name is its name; it has to be one that Kubernetes takes.
	Name string
	// Engine is the engine's name and version, such as "docker://28.0.0".
	Engine string
	OS     string
	// Ready says that the engine answers.
	Ready bool
	// CPUs and MemoryBytes are what it has; zero means unknown.
	CPUs        int
	MemoryBytes uint64
	Since       time.Time
}

// nodeObject is a core/v1 Node, as far as it is used here.
type nodeObject struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct{}   `json:"spec"`
	Status            nodeStatus `json:"status"`
}

type nodeStatus struct {
	Capacity    map[string]string `json:"capacity,omitempty"`
	Allocatable map[string]string `json:"allocatable,omitempty"`
	Conditions  []nodeCondition   `json:"conditions"`
	NodeInfo    map[string]string `json:"nodeInfo"`
}

// nodeCondition is a condition of a node, looked at when it is shown.
type nodeCondition struct {
	PodCondition      `json:",inline"`
	LastHeartbeatTime metav1.Time `json:"lastHeartbeatTime"`
}

// single is the list of one item without a history.
func single(show func() item) func(*status.Store) ([]item, uint64) {
	return func(s *status.Store) ([]item, uint64) {
		version := s.Version()
		i := show()
		i.meta.ResourceVersion = formatVersion(version)
		return []item{i}, version
	}
}

func nodes(node func() Node, now func() time.Time) resource {
	return resource{
		GroupVersion:  core,
		plural:        "nodes",
		singular:      "node",
		kind:          "Node",
		short:         []string{"no"},
		clusterScoped: true,
		fields:        []string{"metadata.name", "metadata.namespace"},
		shape:         reflect.TypeFor[nodeObject](),
		list:          single(func() item { return nodeItem(node(), now()) }),
		// It never changes while it is watched.
		track: func(*status.Store) tracker { return func(status.Change) (before, after *item) { return nil, nil } },
		table: func(items []item, now time.Time) metav1.Table { return tableOfItems(items, nodeColumns(), now) },
	}
}

func nodeMeta(n Node) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: n.Name, UID: types.UID("node-" + n.Name), CreationTimestamp: seconds(n.Since),
		Labels: map[string]string{"kubernetes.io/hostname": n.Name},
	}
}

func nodeItem(n Node, now time.Time) item {
	o := nodeObject{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"}, ObjectMeta: nodeMeta(n)}
	ready := PodCondition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "EngineAnswers", LastTransitionTime: o.CreationTimestamp}
	if !n.Ready {
		ready.Status, ready.Reason = metav1.ConditionFalse, "EngineUnreachable"
	}
	o.Status.Conditions = []nodeCondition{{ready, seconds(now)}}
	o.Status.NodeInfo = map[string]string{
		"machineID": "", "systemUUID": "", "bootID": "", "kernelVersion": "", "osImage": n.OS,
		"containerRuntimeVersion": n.Engine, "kubeletVersion": "", "kubeProxyVersion": "", "operatingSystem": n.OS, "architecture": "",
	}
	if n.CPUs > 0 && n.MemoryBytes > 0 {
		o.Status.Capacity = map[string]string{"cpu": fmt.Sprint(n.CPUs), "memory": fmt.Sprintf("%dKi", n.MemoryBytes>>10)}
		o.Status.Allocatable = o.Status.Capacity
	}
	return item{meta: &o.ObjectMeta, fields: metadataOf(&o.ObjectMeta), object: &o}
}

func nodeColumns() []table.Column[nodeObject] {
	return []table.Column[nodeObject]{
		{Name: "Name", Description: "Name of the machine.", Cell: func(n nodeObject, _ time.Time) any { return n.Name }},
		{Name: "Status", Description: "Whether the engine answers.", Cell: func(n nodeObject, _ time.Time) any {
			if n.Status.Conditions[0].Status == metav1.ConditionTrue {
				return "Ready"
			}
			return "NotReady"
		}},
		{Name: "Age", Description: "How long the controller runs.", Cell: func(n nodeObject, now time.Time) any {
			return table.Age(n.CreationTimestamp, now)
		}},
		{Name: "Engine", Description: "The engine and its version.", Cell: func(n nodeObject, _ time.Time) any {
			return table.OrNone(n.Status.NodeInfo["containerRuntimeVersion"])
		}},
	}
}

// usage is a metrics.k8s.io/v1beta1 PodMetrics or NodeMetrics.
type usage struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Timestamp         metav1.Time      `json:"timestamp"`
	Window            string           `json:"window"`
	Containers        []containerUsage `json:"containers,omitempty"`
	// Usage is that of a node.
	Usage map[string]string `json:"usage,omitempty"`
}

type containerUsage struct {
	Name  string            `json:"name"`
	Usage map[string]string `json:"usage"`
}

func usageOf(cpuPercent float64, memory uint64) map[string]string {
	return map[string]string{
		"cpu": fmt.Sprintf("%dn", int64(math.Round(cpuPercent*1e7))), "memory": fmt.Sprintf("%dKi", memory>>10),
	}
}

func podMetrics() resource {
	return resource{
		GroupVersion: metricsGroup, plural: "pods", kind: "PodMetrics", verbs: []string{"get", "list"},
		fields: []string{"metadata.name", "metadata.namespace"},
		list: func(s *status.Store) ([]item, uint64) {
			reports, version := s.List()
			items := []item{}
			for _, r := range reports {
				if m := r.Status.Metrics; m != nil && r.Key.Kind == spec.KindContainer {
					items = append(items, usageItem(usage{
						TypeMeta:   metav1.TypeMeta{APIVersion: metricsGroup.String(), Kind: "PodMetrics"},
						ObjectMeta: ObjectOf(r).ObjectMeta,
						Timestamp:  seconds(m.SampledAt),
						Containers: []containerUsage{{Name: r.Key.Name, Usage: usageOf(m.CPUPercent, m.MemoryUsedBytes)}},
					}))
				}
			}
			return items, version
		},
		table: usageTable,
	}
}

func nodeMetrics(node func() Node) resource {
	return resource{
		GroupVersion: metricsGroup, plural: "nodes", kind: "NodeMetrics", verbs: []string{"get", "list"}, clusterScoped: true,
		fields: []string{"metadata.name", "metadata.namespace"},
		list: func(s *status.Store) ([]item, uint64) {
			reports, version := s.List()
			var cpu float64
			var memory uint64
			var at time.Time
			for _, r := range reports {
				if m := r.Status.Metrics; m != nil {
					cpu, memory = cpu+m.CPUPercent, memory+m.MemoryUsedBytes
					if m.SampledAt.After(at) {
						at = m.SampledAt
					}
				}
			}
			if at.IsZero() {
				return []item{}, version
			}
			return []item{usageItem(usage{
				TypeMeta:   metav1.TypeMeta{APIVersion: metricsGroup.String(), Kind: "NodeMetrics"},
				ObjectMeta: nodeMeta(node()), Timestamp: seconds(at), Usage: usageOf(cpu, memory),
			})}, version
		},
		table: usageTable,
	}
}

func usageItem(u usage) item {
	u.Window = "10s"
	u.Annotations = nil
	return item{meta: &u.ObjectMeta, fields: metadataOf(&u.ObjectMeta), object: &u}
}

func usageTable(items []item, now time.Time) metav1.Table {
	return tableOfItems(items, []table.Column[usage]{
		{Name: "Name", Description: "Whose usage it is.", Cell: func(u usage, _ time.Time) any { return u.Name }},
		{Name: "CPU", Description: "Processors used.", Cell: func(u usage, _ time.Time) any { return u.total()["cpu"] }},
		{Name: "Memory", Description: "Memory used.", Cell: func(u usage, _ time.Time) any { return u.total()["memory"] }},
	}, now)
}

func (u usage) total() map[string]string {
	if len(u.Containers) > 0 {
		return u.Containers[0].Usage
	}
	return u.Usage
}
