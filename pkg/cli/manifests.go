// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strconv"

	"github.com/spf13/pflag"

	"github.com/pact-toolbox/reconciler/pkg/manifest"
	"github.com/pact-toolbox/reconciler/pkg/spec"
)

// registerManifests adds the flags that say how manifests are read.
func registerManifests(flags *pflag.FlagSet, opts *manifest.Options) {
	flags.StringVarP(&opts.Namespace, "namespace", "n", spec.DefaultNamespace, "the namespace of manifests that name none")
	Constrain(flags, "namespace", objectName(&opts.Namespace))
	flags.StringVar((*string)(&opts.PullPolicy), "default-pull-policy", "",
		"always, missing or never, for containers that name none (default always for the tag latest, else missing)")
	Constrain(flags, "default-pull-policy", oneOf(&opts.PullPolicy, spec.PullAlways, spec.PullMissing, spec.PullNever))
	flags.Var(&opts.Policy, "policy", "what manifests may ask of the host: dev allows all, baseline what leaves the host alone, restricted what is hardened")
	registerNetwork(flags, opts)
	registerInterpolate(flags, opts)
}

func registerNetwork(flags *pflag.FlagSet, opts *manifest.Options) {
	flags.StringVar(&opts.Network, "default-network", spec.DefaultNetworkName,
		"the network of their namespace that containers join which name none")
	Constrain(flags, "default-network", objectName(&opts.Network))
}

func registerInterpolate(flags *pflag.FlagSet, opts *manifest.Options) {
	f := flags.VarPF((*negation)(&opts.Literal), "interpolate", "",
		"replace ${NAME} in manifests by variables of the environment and of .env files")
	f.NoOptDefVal = "true"
}

// negation is a flag that is true when the value it leads to is false.
type negation bool

// Set reads true or false.
func (n *negation) Set(text string) error {
	on, err := strconv.ParseBool(text)
	*n = negation(!on)
	return err
}

// String is true or false.
func (n *negation) String() string { return strconv.FormatBool(!bool(*n)) }

// Type is that of the flag's value.
func (*negation) Type() string { return "bool" }
