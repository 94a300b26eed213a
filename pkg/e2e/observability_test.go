// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// observability returns the path of a file of the example that is not a manifest.
func observability(name string) string {
	return filepath.Join(root, "manifests", "observability", "_files", name)
}

// TestAlertRules verifies with promtool that every alert fires when it should, and
// only then.
func TestAlertRules(t *testing.T) {
	promtool(t, "", "check", "rules", observability("rules.yml"))
	promtool(t, "", "test", "rules", observability("rules_test.yml"))

	rules, err := os.ReadFile(observability("rules.yml"))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := os.ReadFile(observability("rules_test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range alertsOf(t, rules) {
		if !strings.Contains(string(cases), `alertname="`+name+`"`) {
			t.Errorf("in no case of rules_test.yml does %s fire", name)
		}
	}
}

// alertsOf returns the names of the alerts in a file of rules.
func alertsOf(t *testing.T, rules []byte) (names []string) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []struct{ Alert string } }
	}
	if err := yaml.Unmarshal(rules, &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			names = append(names, r.Alert)
		}
	}
	return names
}

// TestDashboardQueries verifies that Prometheus can parse the dashboard's queries.
func TestDashboardQueries(t *testing.T) {
	text, err := os.ReadFile(observability("dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("$__rate_interval", "5m", "$instance", "i", "$namespace", "n")
	var rules []map[string]string
	for _, match := range regexp.MustCompile(`"expr": ("(?:[^"\\]|\\.)*")`).FindAllSubmatch(text, -1) {
		var expr string
		if err := json.Unmarshal(match[1], &expr); err != nil {
			t.Fatal(err)
		}
		rules = append(rules, map[string]string{"record": fmt.Sprintf("dashboard:q%d", len(rules)), "expr": fill.Replace(expr)})
	}
	if len(rules) == 0 {
		t.Fatal("the dashboard has no queries")
	}
	data, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yml")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "", "check", "rules", file)
}

// TestObservability runs the Prometheus of the example and queries the state of the
// controller that runs it.
func TestObservability(t *testing.T) {
	r := newRig(t)
	port := newPrometheus(r)
	listen := "127.0.0.1:" + freePort(t)
	r.setenv("RECONCILER_LISTEN", listen)
	r.start()
	r.requireCondition("container/prometheus", "DependenciesReady", "False SecretNotFound", "Secret/"+r.name+"/access")
	r.expect(0, "kubeconfig", "--secret", r.name+"/access", "--output", filepath.Join(r.dir, "access.yaml"))
	r.requireCondition("container/prometheus", "Ready", "True")

	ask := func(path string, answer any) error {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/api/v1/"+path, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		return json.NewDecoder(resp.Body).Decode(answer)
	}
	query := url.Values{"query": {`reconciler_objects{instance="` + listen + `",kind="Container",condition="Ready",status="True"}`}}
	r.eventually("a sample of the container of Prometheus", func() error {
		var got struct {
			Data struct{ Result []struct{ Value [2]any } }
		}
		if err := ask("query?"+query.Encode(), &got); err != nil {
			return err
		}
		if len(got.Data.Result) != 1 || got.Data.Result[0].Value[1] != "1" {
			return fmt.Errorf("the result is %v", got.Data.Result)
		}
		return nil
	})
	requireCleanScrape(r, listen)

	var got struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError string }
			}
		}
	}
	rules, err := os.ReadFile(observability("rules.yml"))
	r.must(err)
	r.eventually("every rule to be evaluated", func() error {
		if err := ask("rules", &got); err != nil {
			return err
		}
		n := 0
		for _, g := range got.Data.Groups {
			for _, rule := range g.Rules {
				if n++; rule.Health != "ok" {
					return fmt.Errorf("%s is %s: %s", rule.Name, rule.Health, rule.LastError)
				}
			}
		}
		if want := len(alertsOf(t, rules)); n != want {
			return fmt.Errorf("%d rules, want %d", n, want)
		}
		return nil
	})
}

// requireCleanScrape scrapes the metrics like Prometheus and verifies with promtool
// that their names and descriptions follow the conventions.
func requireCleanScrape(r *rig, listen string) {
	r.t.Helper()
	var secret struct {
		Spec struct{ Data map[string]string }
	}
	r.must(yaml.Unmarshal([]byte(r.read("access.yaml")), &secret))
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM([]byte(secret.Spec.Data["ca.crt"])) {
		r.t.Fatal("ca.crt contains no certificate")
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities}}}
	defer client.CloseIdleConnections()
	var scrape string
	r.eventually("the metrics to contain a sample of a container", func() error {
		ctx, cancel := context.WithTimeout(r.t.Context(), patience)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+listen+"/metrics", nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+secret.Spec.Data["token"])
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		scrape = string(text)
		for _, name := range []string{"memory_used_bytes", "cpu_seconds_total", "pids"} {
			sample := regexp.MustCompile(`(?m)^reconciler_container_` + name + `{name="prometheus",namespace="` + r.name + `"} (\S+)$`)
			match := sample.FindStringSubmatch(scrape)
			if match == nil || match[1] == "0" {
				return fmt.Errorf("%s is %q (HTTP %d)", name, match, resp.StatusCode)
			}
		}
		return err
	})
	promtool(r.t, scrape, "check", "metrics")
}
