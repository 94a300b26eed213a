// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"maps"
	"strings"
)

// containerProofs returns the proofs for the fields of a container.
func containerProofs(port string) map[string]proof {
	proofs := map[string]proof{
		"id":                              seen("NS-seed", `index .Config.Labels "dev.reconciler.name"`, "seed"),
		"name":                            seen("NS-seed", ".Name", "/NS-seed"),
		"image":                           seen("NS-seed", ".Config.Image", "reconciler.dev/demo:1"),
		"tag":                             seen("NS-seed", ".Config.Image", "reconciler.dev/demo:1"),
		"pullPolicy":                      by("TestImages"),
		"platform":                        seen("NS-seed", ".Platform", "linux"),
		"entrypoint":                      seen("full", "json .Config.Entrypoint", `["/demoapp"]`),
		"command":                         seen("full", "json .Config.Cmd", `["http"]`),
		"envFile":                         felt("NS-seed", "yes", "value", "FILED"),
		"workingDir":                      seen("full", ".Config.WorkingDir", "/data"),
		"user":                            seen("full", ".Config.User", "1000:1000"),
		"groupAdd":                        seen("full", "json .HostConfig.GroupAdd", `["5"]`),
		"hostname":                        seen("full", ".Config.Hostname", "host"),
		"domainName":                      seen("full", ".Config.Domainname", "example.com"),
		"containerName":                   seen("NS-named", ".Name", "/NS-named"),
		"ports[].host":                    seen("ported", `(index .HostConfig.PortBindings "70/udp" 0).HostPort`, port),
		"ports[].container":               seen("ported", `len (index .HostConfig.PortBindings "70/udp")`, "1"),
		"ports[].protocol":                seen("ported", `len (index .HostConfig.PortBindings "70/udp")`, "1"),
		"ports[].hostIP":                  seen("ported", `(index .HostConfig.PortBindings "70/udp" 0).HostIp`, "127.0.0.9"),
		"expose":                          seen("full", `json (index .Config.ExposedPorts "9000/tcp")`, "{}"),
		"networks[].name":                 seen("full", `len .NetworkSettings.Networks`, "2"),
		"networks[].aliases":              seen("full", `index (index .NetworkSettings.Networks "net.NS").Aliases 1`, "web"),
		"networks[].ipv4Address":          seen("full", `(index .NetworkSettings.Networks "net.NS").IPAddress`, "10.231.90.9"),
		"networks[].ipv6Address":          seen("ported", `(index .NetworkSettings.Networks "NS-six").GlobalIPv6Address`, "fd00:91::9"),
		"networks[].macAddress":           seen("full", `(index .NetworkSettings.Networks "net.NS").MacAddress`, "02:42:0a:00:00:09"),
		"networks[].priority":             by("pkg/engine/docker TestCreation"),
		"networkMode":                     seen("host", ".HostConfig.NetworkMode", "host"),
		"dns":                             seen("full", "json .HostConfig.Dns", `["10.0.0.53"]`),
		"dnsSearch":                       seen("full", "json .HostConfig.DnsSearch", `["example.com"]`),
		"dnsOptions":                      seen("full", "json .HostConfig.DnsOptions", `["ndots:1"]`),
		"extraHosts":                      seen("full", "json .HostConfig.ExtraHosts", `["db:10.0.0.5","up:host-gateway"]`),
		"healthCheck.test":                seen("full", "index .Config.Healthcheck.Test 1", "/demoapp"),
		"healthCheck.interval":            seen("full", ".Config.Healthcheck.Interval", "1s"),
		"healthCheck.timeout":             seen("full", ".Config.Healthcheck.Timeout", "5s"),
		"healthCheck.retries":             seen("full", ".Config.Healthcheck.Retries", "9"),
		"healthCheck.startPeriod":         seen("full", ".Config.Healthcheck.StartPeriod", "1s"),
		"healthCheck.startInterval":       by("pkg/engine/docker TestCreation"), // needs a newer engine
		"restartPolicy.name":              seen("NS-named", ".HostConfig.RestartPolicy.Name", "on-failure"),
		"restartPolicy.maximumRetryCount": seen("NS-named", ".HostConfig.RestartPolicy.MaximumRetryCount", "3"),
		"restartManagedBy":                seen("NS-named", ".HostConfig.RestartPolicy.Name", "on-failure"),
		"restartBackoff.initial":          by("TestCrashLoop"),
		"restartBackoff.max":              by("TestCrashLoop"),
		"restartBackoff.resetAfter":       by("pkg/plan TestScenarios"),
		"onUnhealthy":                     by("TestUnhealthy"),
		"dependencies[].name":             by("TestShop"),
		"dependencies[].condition":        by("TestJobs"),
		"dependencies[].required":         by("TestDependencies"),
		"dependencies[].restart":          by("TestRestartTrue"),
		"stopSignal":                      seen("full", ".Config.StopSignal", "SIGINT"),
		"stopGracePeriod":                 seen("full", ".Config.StopTimeout", "3"),
		"resources.limits.cpus":           seen("full", ".HostConfig.NanoCpus", "500000000"),
		"resources.limits.memory":         seen("full", ".HostConfig.Memory", "67108864"),
		"resources.limits.pids":           seen("full", ".HostConfig.PidsLimit", "60"),
		"resources.reservations.memory":   seen("full", ".HostConfig.MemoryReservation", "33554432"),
		"resources.memorySwap":            seen("NS-named", ".HostConfig.MemorySwap", "100663296"),
		"resources.cpuShares":             seen("full", ".HostConfig.CpuShares", "512"),
		"resources.cpusetCpus":            seen("full", ".HostConfig.CpusetCpus", "0"),
		"resources.shmSize":               seen("full", ".HostConfig.ShmSize", "1048576"),
		"resources.ulimits{}.soft":        seen("full", "(index .HostConfig.Ulimits 0).Soft", "1024"),
		"resources.ulimits{}.hard":        seen("full", "(index .HostConfig.Ulimits 0).Hard", "1024"),
		"resources.blkioWeight":           by("pkg/engine/docker TestCreation"), // many kernels do not support it
		"resources.devices[].host":        seen("full", "(index .HostConfig.Devices 0).PathOnHost", "/dev/null"),
		"resources.devices[].container":   seen("full", "(index .HostConfig.Devices 0).PathInContainer", "/dev/mine"),
		"resources.devices[].permissions": seen("full", "(index .HostConfig.Devices 0).CgroupPermissions", "rwm"),
		"privileged":                      seen("host", ".HostConfig.Privileged", "true"),
		"capAdd":                          seen("full", "json .HostConfig.CapAdd", `["CAP_NET_ADMIN"]`),
		"capDrop":                         seen("full", "json .HostConfig.CapDrop", `["CAP_MKNOD"]`),
		"readOnlyRootFilesystem":          seen("NS-named", ".HostConfig.ReadonlyRootfs", "true"),
		"securityOpt":                     seen("full", "json .HostConfig.SecurityOpt", `["no-new-privileges"]`),
		"sysctls":                         seen("full", "json .HostConfig.Sysctls", `{"net.core.somaxconn":"512"}`),
		"init":                            seen("full", ".HostConfig.Init", "true"),
		"tty":                             seen("full", ".Config.Tty", "true"),
		"stdin":                           seen("full", ".Config.OpenStdin", "true"),
		"ipc":                             seen("full", ".HostConfig.IpcMode", "shareable"),
		"pid":                             seen("host", ".HostConfig.PidMode", "host"),
		"userns":                          seen("full", ".HostConfig.UsernsMode", "host"),
		"cgroupns":                        seen("NS-named", ".HostConfig.CgroupnsMode", "private"),
		"runtime":                         seen("full", ".HostConfig.Runtime", "runc"),
		"oomScoreAdj":                     seen("full", ".HostConfig.OomScoreAdj", "100"),
		"logging.driver":                  seen("full", ".HostConfig.LogConfig.Type", "json-file"),
		"logging.options":                 seen("full", "json .HostConfig.LogConfig.Config", `{"max-size":"1m"}`),
		"labels":                          seen("full", `index .Config.Labels "l"`, "1"),
		"drift":                           by("TestDrift"),
		"suspend":                         by("pkg/plan TestScenarios"),
		"initContainers[].name":           seen("first.one", `index .Config.Labels "dev.reconciler.name"`, "first.one"),
		"initContainers[].image":          seen("first.one", ".Config.Image", "reconciler.dev/demo:2"),
		"initContainers[].tag":            seen("first.one", ".Config.Image", "reconciler.dev/demo:2"),
		"initContainers[].pullPolicy":     by("TestImages"),
		"initContainers[].entrypoint":     seen("first.one", "json .Config.Entrypoint", `["/demoapp"]`),
		"initContainers[].command":        seen("first.one", "json .Config.Cmd", `["show","/etc/app/b.conf","/etc/app/c"]`),
		"initContainers[].workingDir":     seen("first.one", ".Config.WorkingDir", "/data"),
		"initContainers[].user":           seen("first.one", ".Config.User", "1000:1000"),
		"initContainers[].timeout":        by("pkg/plan TestScenarios"),
		"initContainers[].privileged":     seen("first.one", ".HostConfig.Privileged", "true"),
		"initContainers[].capAdd":         seen("first.one", "json .HostConfig.CapAdd", `["CAP_NET_ADMIN"]`),
		"initContainers[].capDrop":        seen("first.one", "json .HostConfig.CapDrop", `["CAP_MKNOD"]`),
	}
	for _, field := range []string{"count", "deviceIDs", "driver", "capabilities", "options"} {
		proofs["resources.gpus."+field] = by("pkg/engine/docker TestCreation") // needs a driver
	}
	maps.Copy(proofs, variableProofs())
	maps.Copy(proofs, mountProofs())
	maps.Copy(proofs, fileProofs())
	maps.Copy(proofs, probeProofs())
	return proofs
}

// variableProofs returns the proofs for variables. The variables of an init container,
// which has ended, are read from the engine.
func variableProofs() map[string]proof {
	proofs := map[string]proof{
		"env{}.value":                  felt("full", "1", "value", "A"),
		"env{}.fromConfig.name":        felt("full", "of the config", "value", "B"),
		"env{}.fromConfig.key":         felt("full", "of the config", "value", "B"),
		"env{}.fromConfig.optional":    felt("NS-seed", "", "value", "O"),
		"env{}.fromSecret.name":        felt("full", "s3cr3t", "value", "C"),
		"env{}.fromSecret.key":         felt("full", "s3cr3t", "value", "C"),
		"env{}.fromSecret.optional":    felt("NS-seed", "", "value", "P"),
		"initContainers[].envFile":     seen("first.one", hasVariable("FILED=yes"), "true"),
		"initContainers[].env{}.value": seen("first.one", hasVariable("A=1"), "true"),
	}
	for _, name := range []string{"name", "key"} {
		proofs["initContainers[].env{}.fromConfig."+name] = seen("first.one", hasVariable("B=of the config"), "true")
		proofs["initContainers[].env{}.fromSecret."+name] = seen("first.one", hasVariable("C=s3cr3t"), "true")
	}
	proofs["initContainers[].env{}.fromConfig.optional"] = seen("first.one", hasVariable("O="), "false")
	proofs["initContainers[].env{}.fromSecret.optional"] = seen("first.one", hasVariable("P="), "false")
	return proofs
}

// hasVariable returns a format that reports whether a container has a variable.
func hasVariable(text string) string {
	return `$has := false}}{{range .Config.Env}}{{if eq . "` + text + `"}}{{$has = true}}{{end}}{{end}}{{$has`
}

// mountOf returns a format for a value of the mount at a target.
func mountOf(target, value string) string {
	return `range .HostConfig.Mounts}}{{if eq .Target "` + target + `"}}{{` + value + `}}{{end}}{{end`
}

// mountedAt returns a format for a value of the object mounted at a target.
func mountedAt(target, value string) string {
	return `range .Mounts}}{{if eq .Destination "` + target + `"}}{{` + value + `}}{{end}}{{end`
}

// mountProofs returns the proofs for mounts of a container and its init container.
func mountProofs() map[string]proof {
	proofs := map[string]proof{}
	for prefix, place := range map[string][3]string{"": {"full", "/conf", "NS-named"}, "initContainers[].": {"first.one", "/made", "first.one"}} {
		object, bind, maker := place[0], place[1], place[2]
		maps.Copy(proofs, map[string]proof{
			prefix + "volumes[].type":           seen(object, mountOf("/scratch", ".Type"), "tmpfs"),
			prefix + "volumes[].source":         seen(object, mountOf("/vol", ".Source"), "vol.NS"),
			prefix + "volumes[].target":         seen(object, mountOf("/vol", ".Target"), "/vol"),
			prefix + "volumes[].readOnly":       seen(object, mountedAt(bind, ".RW"), "false"),
			prefix + "volumes[].noCopy":         seen(object, mountOf("/vol", ".VolumeOptions.NoCopy"), "true"),
			prefix + "volumes[].propagation":    seen(object, mountedAt(bind, ".Propagation"), "private"),
			prefix + "volumes[].createHostPath": seen(maker, mountedAt("/made", ".Type"), "bind"),
			prefix + "volumes[].size":           seen(object, mountOf("/scratch", ".TmpfsOptions.SizeBytes"), "1048576"),
			prefix + "volumes[].mode":           seen(object, mountOf("/scratch", ".TmpfsOptions.Mode"), "-rwxrwxrwx"),
		})
	}
	return proofs
}

// fileProofs returns the proofs for the files of configs and secrets.
func fileProofs() map[string]proof {
	conf := felt("full", "1000:1001 0440 of the config", "show", "/etc/app/b.conf")
	hush := felt("full", "1000:0 0400 s3cr3t", "show", "/run/secrets/hush/c")
	proofs := map[string]proof{}
	for _, field := range []string{"name", "key", "target", "uid", "gid", "mode"} {
		proofs["configs[]."+field] = conf
		proofs["secrets[]."+field] = hush
		proofs["initContainers[].configs[]."+field] = logged("first.one", "1000:1001 0440 of the config")
		proofs["initContainers[].secrets[]."+field] = logged("first.one", "1000:1001 0400 s3cr3t")
	}
	return proofs
}

// probeProofs returns the proofs for probes, which the controller runs.
func probeProofs() map[string]proof {
	proofs := map[string]proof{}
	for probe, test := range map[string]string{"startup": "TestProbeStartup", "readiness": "TestProbeReadiness", "liveness": "TestProbeLiveness"} {
		for _, field := range strings.Fields("httpGet.port httpGet.path tcpSocket.port exec.command grpc.port grpc.service log.pattern") {
			proofs["probes."+probe+"."+field] = by("TestProbeKinds")
		}
		for _, field := range strings.Fields("httpGet.scheme httpGet.headers httpGet.expectStatus") {
			proofs["probes."+probe+"."+field] = by("pkg/probe TestHTTPGet")
		}
		for _, field := range strings.Fields("initialDelay successThreshold") {
			proofs["probes."+probe+"."+field] = by("pkg/probe TestSchedule")
		}
		for _, field := range strings.Fields("period timeout failureThreshold") {
			proofs["probes."+probe+"."+field] = by(test)
		}
	}
	return proofs
}

var networkProofs = map[string]proof{
	"driver":                     seen("network/NS-six", ".Driver", "bridge"),
	"driverOpts":                 seen("network/NS-six", `index .Options "com.docker.network.bridge.enable_icc"`, "false"),
	"internal":                   seen("network/NS-six", ".Internal", "true"),
	"attachable":                 seen("network/NS-six", ".Attachable", "true"),
	"enableIPv6":                 seen("network/NS-six", ".EnableIPv6", "true"),
	"ipam.driver":                seen("network/NS-six", ".IPAM.Driver", "default"),
	"ipam.config[].subnet":       seen("network/NS-six", "(index .IPAM.Config 0).Subnet", "10.231.91.0/24"),
	"ipam.config[].ipRange":      seen("network/NS-six", "(index .IPAM.Config 0).IPRange", "10.231.91.128/25"),
	"ipam.config[].gateway":      seen("network/NS-six", "(index .IPAM.Config 0).Gateway", "10.231.91.1"),
	"ipam.config[].auxAddresses": seen("network/NS-six", `index (index .IPAM.Config 0).AuxAddress "a"`, "10.231.91.2"),
	"ipam.options":               seen("network/NS-six", `index .IPAM.Options "o"`, "1"),
	"labels":                     seen("network/NS-six", `index .Labels "l"`, "1"),
	"external":                   seen("network/NS-outer", `len .Containers`, "1"),
	"networkName":                seen("network/NS-six", ".Name", "NS-six"),
}

var volumeProofs = map[string]proof{
	"driver":            seen("volume/NS-opts", ".Driver", "local"),
	"driverOpts":        seen("volume/NS-opts", `index .Options "type"`, "tmpfs"),
	"labels":            seen("volume/NS-opts", `index .Labels "l"`, "1"),
	"external":          seen("outer", mountOf("/outer", ".Source"), "NS-outer"),
	"volumeName":        seen("volume/NS-opts", ".Name", "NS-opts"),
	"deletionPolicy":    seen("volume/vol", `index .Labels "dev.reconciler.deletion-policy"`, "Delete"),
	"onImmutableChange": by("pkg/plan TestScenarios"),
}

// contentProofs returns the proofs for a Config or Secret that is copied to a folder.
func contentProofs(dir string) map[string]proof {
	return map[string]proof{
		"data":       felt("content", "0:0 0444 text", "show", dir+"/d"),
		"binaryData": felt("content", "0:0 0444 bin", "show", dir+"/b"),
		"files":      felt("content", "0:0 0444 FILED=yes", "show", dir+"/f"),
	}
}
