package modelstore

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// mustNew returns a Store of the Config.
func mustNew(t *testing.T, c Config) *Store {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantCode fails the test unless err is an *Error of the code.
func wantCode(t *testing.T, err error, code Code) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v; want an error of code %s", err, code)
	}
	return e
}

func TestAllowListComparesWholeSegments(t *testing.T) {
	s := mustNew(t, Config{Models: "/srv/models", Allow: []string{
		"/srv/models", "/data/one.pmml", "gs://bucket/models/", "s3://Bucket", "https://models.example/pmml", "https://[2001:db8::1]:8443/",
	}})
	for _, c := range []struct {
		uri     string
		allowed bool
	}{
		{"fraud.pmml", true},
		{"a/b/c.pmml", true},
		{"/srv/models/fraud.pmml", true},
		{"file:///srv/models/fraud.pmml", true},
		{"/srv/models2/fraud.pmml", false},
		{"/srv/fraud.pmml", false},
		{"/etc/passwd", false},
		{"/data/one.pmml", true},
		{"/data/one.pmml2", false},
		{"/data/two.pmml", false},
		{"gs://bucket/models/a", true},
		{"gs://bucket/models", true},
		{"gs://bucket/models2/a", false},
		{"gs://bucket/other", false},
		{"gs://bucket2/models/a", false},
		{"gs://Bucket/models/a", false},
		{"gs://bucket/%6dodels/a?generation=3", true},
		{"s3://Bucket/a", true},
		{"s3://bucket/a", false},
		{"https://models.example/pmml/a", true},
		{"https://MODELS.example:443/pmml/a", true},
		{"https://models.example:8443/pmml/a", false},
		{"http://models.example/pmml/a", false},
		{"https://models.example.evil.org/pmml/a", false},
		{"https://xmodels.example/pmml/a", false},
		{"https://models.example./pmml/a", false},
		{"https://[2001:DB8:0::1]:8443/a", true},
		{"https://[2001:db8::1]/a", false},
		{"ftp://models.example/pmml/a", false},
		{"javascript://models.example/pmml/a", false},
	} {
		t.Run(c.uri, func(t *testing.T) {
			err := s.Allowed(c.uri)
			if c.allowed {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantCode(t, err, NotAllowed)
		})
	}
}

func TestOneTextOutsideTheAllowList(t *testing.T) {
	s := mustNew(t, Config{Allow: []string{t.TempDir(), "https://models.example/"}})
	texts := map[string]bool{}
	for _, uri := range []string{"/etc/passwd", "/no/such/file", "fraud.pmml", "gs://b/a", "http://127.0.0.1/a", "nosuch://h/a"} {
		_, _, err := s.Fetch(context.Background(), uri)
		e := wantCode(t, err, NotAllowed)
		if e.Retriable() {
			t.Errorf("%s: to be tried again", uri)
		}
		texts[strings.Replace(e.Error(), uri, "", 1)] = true
	}
	if len(texts) != 1 {
		t.Errorf("several texts tell what exists: %v", texts)
	}
}

func TestWithoutConfigNothingIsAllowed(t *testing.T) {
	s := mustNew(t, Config{})
	for _, uri := range []string{"a.pmml", "/a.pmml", "gs://b/a", "https://h/a"} {
		wantCode(t, s.Allowed(uri), NotAllowed)
	}
}

func TestConfigsThatAreRefused(t *testing.T) {
	for name, c := range map[string]Config{
		"relative models folder": {Models: "models"},
		"relative path":          {Allow: []string{"models"}},
		"userinfo":               {Allow: []string{"https://user:secret@h/"}},
		"query":                  {Allow: []string{"gs://b/?generation=1"}},
		"wildcard":               {Allow: []string{"gs://b/*"}},
		"parent":                 {Allow: []string{"gs://b/a/../c"}},
		"no host":                {Allow: []string{"https://"}},
		"international host":     {Allow: []string{"https://mödels.example/"}},
		"nobody opens it":        {Allow: []string{"ftp://h/"}},
		"network":                {Networks: []string{"10.0.0.1"}},
		"negative limit":         {MaxBytes: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(c)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%v repeats a secret", err)
			}
		})
	}
}

func TestSharedStoreIsOnePerConfig(t *testing.T) {
	dir := t.TempDir()
	a, errA := Shared(Config{Models: dir})
	b, errB := Shared(Config{Models: dir})
	c, errC := Shared(Config{Models: dir, MaxBytes: 5})
	if err := errors.Join(errA, errB, errC); err != nil {
		t.Fatal(err)
	}
	if a != b || a == c {
		t.Errorf("%p %p %p", a, b, c)
	}
}
