// SPDX-License-Identifier: Apache-2.0

package apiserver_test

import (
	"strings"
	"testing"
)

const secretsPath = root + "/namespaces/default/secrets"

// TestSecretsAreRedacted applies a secret as kubectl does, which keeps the applied
// object in an annotation, and finds its value in the manifest only.
func TestSecretsAreRedacted(t *testing.T) {
	const canary = "correct horse"
	a := newAuthors(t)
	body := func(value string) string {
		return `{"apiVersion":"reconciler.dev/v1alpha1","kind":"Secret","metadata":{"name":"door","annotations":{` +
			`"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"key\":\"` + value + `\"}}"}},"data":{}}`
	}
	object := func(value string) string {
		return strings.Replace(body(value), `"data":{}}`, `"spec":{"data":{"key":"`+value+`"}}}`, 1)
	}
	answers := []string{
		a.send("POST", secretsPath, jsonType, object(canary)).Body.String(),
		a.send("PATCH", secretsPath+"/door", mergeType, `{"metadata":{"labels":{"a":"b"}}}`).Body.String(),
		a.send("PATCH", secretsPath+"/door?dryRun=All", mergeType, `{"spec":{"data":{"key":"`+canary+` 2"}}}`).Body.String(),
		a.send("PUT", secretsPath+"/door?dryRun=All", jsonType, strings.ReplaceAll(object(canary), `"key":"`, `"kee":7,"key":"`)).Body.String(),
		a.get(secretsPath + "/door").Body.String(),
		a.get(secretsPath).Body.String(),
		a.get(secretsPath, "Accept", tableJSON).Body.String(),
		a.get(secretsPath+"?includeObject=Object", "Accept", tableJSON).Body.String(),
		a.get("/apis/reconciler.dev/v1alpha1/plan").Body.String(),
	}
	for i, text := range answers {
		if strings.Contains(text, canary) {
			t.Errorf("response %d contains the value: %s", i, text)
		}
	}
	manifest := a.files()["secret-default-door.yaml"]
	if !strings.Contains(manifest, "key: "+canary+"\n") || !strings.Contains(manifest, "a: b\n") {
		t.Errorf("the manifest is %s", manifest)
	}
	t.Run("a redacted secret that is written back keeps its value", func(t *testing.T) {
		shown := a.get(secretsPath + "/door").Body.String()
		if w := a.send("PUT", secretsPath+"/door", jsonType, shown); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if got := a.files()["secret-default-door.yaml"]; !strings.Contains(got, "key: "+canary+"\n") {
			t.Errorf("the manifest is %s", got)
		}
	})
}
