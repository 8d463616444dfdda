package modelstore

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/fsouza/fake-gcs-server/fakestorage"
)

// fakeGS starts a Cloud Storage of this test, named by the SDK's own environment variable, and makes the process use it.
func fakeGS(t *testing.T) *fakestorage.Server {
	t.Helper()
	server, err := fakestorage.NewServerWithOptions(fakestorage.Options{Scheme: "http", Host: "127.0.0.1", PublicHost: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("STORAGE_EMULATOR_HOST", strings.TrimPrefix(server.URL(), "http://"))
	before := processGS
	processGS = newGSOpener()
	t.Cleanup(func() {
		processGS = before
		server.Stop()
	})
	return server
}

func TestGS(t *testing.T) {
	server := fakeGS(t)
	server.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "models", VersioningEnabled: true})
	put := func(name, content, encoding string, generation int64) {
		server.CreateObject(fakestorage.Object{
			ObjectAttrs: fakestorage.ObjectAttrs{BucketName: "models", Name: name, ContentEncoding: encoding, Generation: generation},
			Content:     []byte(content),
		})
	}
	put("fraud/3 a.pmml", "first", "", 1001)
	put("fraud/3 a.pmml", "second", "", 1002)
	compressed := zipped(t, "<PMML/>")
	put("packed.pmml.gz", compressed, "", 0)
	put("private/a", "secret", "", 0)

	s := mustNew(t, Config{Allow: []string{"gs://models/fraud", "gs://models/packed.pmml.gz", "gs://nobucket/"}})
	for _, c := range []struct{ uri, want, stored string }{
		{"gs://models/fraud/3 a.pmml", "second", "second"},
		{"gs://models/fraud/3%20a.pmml?generation=1001", "first", "first"},
		{"gs://models/fraud/3%20a.pmml?generation=1002", "second", "second"},
		{"gs://models/packed.pmml.gz", "<PMML/>", compressed},
	} {
		data, digest, err := s.Fetch(context.Background(), c.uri)
		if err != nil || string(data) != c.want || digest != sum(c.stored) {
			t.Errorf("%s: %q %s %v", c.uri, data, digest, err)
		}
	}
	for uri, code := range map[string]Code{
		"gs://models/fraud/none":                      NotFound,
		"gs://models/fraud/3%20a.pmml?generation=999": NotFound,
		"gs://nobucket/a":                             NotFound,
		"gs://models/private/a":                       NotAllowed,
	} {
		_, _, err := s.Fetch(context.Background(), uri)
		wantCode(t, err, code)
	}

	doc, err := s.Open(context.Background(), "gs://models/fraud/3 a.pmml")
	if err != nil {
		t.Fatal(err)
	}
	defer doc.Close()
	if doc.Version != "1002" || doc.Size != int64(len("second")) {
		t.Errorf("generation %q, %d bytes", doc.Version, doc.Size)
	}
}

func TestGSThatFails(t *testing.T) {
	for status, code := range map[int]Code{403: Denied, 401: Denied, 400: Unavailable, 503: Unavailable} {
		base, _ := server(t, statusHandler(status))
		t.Setenv("STORAGE_EMULATOR_HOST", strings.TrimPrefix(base, "http://"))
		before := processGS
		processGS = newGSOpener()
		_, _, err := mustNew(t, Config{Allow: []string{"gs://b"}}).Fetch(context.Background(), "gs://b/a")
		processGS = before
		if e := wantCode(t, err, code); !e.Retriable() || strings.Contains(fmt.Sprint(e), "secret") {
			t.Errorf("%d: %v", status, e)
		}
	}
}
