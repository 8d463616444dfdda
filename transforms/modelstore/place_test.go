package modelstore

import (
	"errors"
	"strings"
	"testing"
)

func TestPlacesAreComparedNotTexts(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"scheme in capitals", "HTTPS://models.example/a.pmml", "https://models.example/a.pmml"},
		{"host in capitals", "https://Models.EXAMPLE/a.pmml", "https://models.example/a.pmml"},
		{"the scheme's own port", "https://models.example:443/a.pmml", "https://models.example/a.pmml"},
		{"http's own port", "http://models.example:80/a.pmml", "http://models.example/a.pmml"},
		{"spelling of an address", "https://[2001:0DB8::0:1]/a.pmml", "https://[2001:db8::1]/a.pmml"},
		{"percent-encoded letter", "gs://b/%61.pmml", "gs://b/a.pmml"},
		{"space", "gs://b/a b.pmml", "gs://b/a%20b.pmml"},
		{"dot at the start of a path", "./x/a.pmml", "x/a.pmml"},
		{"file uri and path", "file:///m/a.pmml", "/m/a.pmml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, errA := parsePlace(c.a)
			b, errB := parsePlace(c.b)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if !a.covers(b) || !b.covers(a) {
				t.Errorf("%+v and %+v differ", a, b)
			}
		})
	}
}

func TestTextsThatNameNoDocument(t *testing.T) {
	for _, c := range []struct{ name, uri string }{
		{"empty", ""},
		{"too long", "gs://b/" + strings.Repeat("x", maxURI)},
		{"control character", "gs://b/a\nb"},
		{"NUL", "a\x00.pmml"},
		{"backslash", `..\secret`},
		{"parent", "../secret"},
		{"parent inside", "a/../../secret"},
		{"parent at the end", "a/.."},
		{"parent in a file uri", "file:///m/../etc/passwd"},
		{"parent, encoded", "https://h/m/%2e%2e/secret"},
		{"parent, half encoded", "https://h/m/.%2E/secret"},
		{"parent, encoded twice", "https://h/m/%252e%252e/secret"},
		{"parent, encoded five times", "https://h/m/%252525252e%252525252e/secret"},
		{"parent in an object's name", "gs://b/m/../secret"},
		{"slash, encoded", "https://h/m/..%2fsecret"},
		{"slash, encoded twice", "gs://b/a%252fb"},
		{"backslash, encoded", "https://h/m/..%5csecret"},
		{"NUL, encoded", "file:///m/a%00.pmml"},
		{"line break, encoded", "https://h/m/a%0d%0aHost:x"},
		{"dot segment of a uri", "https://h/m/./a"},
		{"empty segment", "gs://b/m//a"},
		{"empty first segment", "//host/a"},
		{"folder", "gs://b/m/"},
		{"path of a folder", "m/"},
		{"the models folder", "."},
		{"bucket alone", "gs://b"},
		{"bucket and slash", "gs://b/"},
		{"no bucket", "gs:///a"},
		{"no host", "https:///a"},
		{"port without host", "https://:443/a"},
		{"opaque", "gs:b/a"},
		{"userinfo", "https://user:secret@h/a"},
		{"user alone", "https://user@h/a"},
		{"empty userinfo", "https://@h/a"},
		{"userinfo in a bucket's uri", "s3://key:secret@b/a"},
		{"fragment", "https://h/a#b"},
		{"query", "https://h/a?token=secret"},
		{"empty query", "https://h/a?"},
		{"pin of another scheme", "https://h/a?generation=1"},
		{"generation for s3", "s3://b/a?generation=1"},
		{"version id for gs", "gs://b/a?versionId=1"},
		{"pin of a file", "file:///m/a?generation=1"},
		{"pin twice", "gs://b/a?generation=1&generation=2"},
		{"pin and more", "gs://b/a?generation=1&alt=media"},
		{"empty pin", "gs://b/a?generation="},
		{"generation not a number", "gs://b/a?generation=-1"},
		{"query of a path", "a.pmml?generation=1"},
		{"international host", "https://mödels.example/a"},
		{"full-width dot in host", "https://models。example/a"},
		{"encoded host", "https://models%2eexample/a"},
		{"port not a number", "https://h:x/a"},
		{"empty port", "https://h:/a"},
		{"port with leading zero", "https://h:0443/a"},
		{"port of a bucket", "gs://b:443/a"},
		{"zone", "http://[fe80::1%25eth0]/a"},
		{"mapped address without brackets", "http://::ffff:127.0.0.1/a"},
		{"file uri with a host", "file://server/a"},
		{"percent sign alone", "gs://b/100%.pmml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			place, err := parsePlace(c.uri)
			var e *Error
			if !errors.As(err, &e) || e.Code != BadURI {
				t.Fatalf("got %+v, %v; want a BadURI", place, err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats the text: %v", err)
			}
		})
	}
}

func TestPins(t *testing.T) {
	for uri, pin := range map[string]string{
		"gs://b/a?generation=1700000000000001": "1700000000000001",
		"s3://b/a?versionId=3%2FL4kqtJ":        "3/L4kqtJ",
		"gs://b/a":                             "",
	} {
		if p, err := parsePlace(uri); err != nil || p.Pin != pin {
			t.Errorf("%s: pin %q, %v; want %q", uri, p.Pin, err, pin)
		}
	}
}

func TestShownURIsHideSecrets(t *testing.T) {
	for uri, want := range map[string]string{
		"https://user:secret@h/a?token=secret#secret": "https://h/a",
		"https://user:sec@ret@h/a":                    "https://h/a",
		"https:/user:secret@h/a":                      "https:h/a",
		"s3:key:secret@b/a":                           "s3:b/a",
		"gs://b/a?generation=7":                       "gs://b/a",
		"fraud/3.pmml":                                "fraud/3.pmml",
		"team@home/3.pmml":                            "team@home/3.pmml",
		"a\x1b[31mb":                                  "a[31mb",
		"a?secret":                                    "a",
	} {
		if got := show(uri); got != want {
			t.Errorf("show(%q) = %q, want %q", uri, got, want)
		}
	}
	if got := show("gs://b/" + strings.Repeat("é", 4000)); len(got) > maxShown+8 {
		t.Errorf("%d bytes shown", len(got))
	}
}

func TestForeignTextsAreRedacted(t *testing.T) {
	got := redact("Get \"https://u:secret@h/a?X-Amz-Signature=secret\": dial\n failed " + strings.Repeat("x", 1000))
	if strings.Contains(got, "secret") || strings.Contains(got, "\n") || len(got) > maxDetail+8 {
		t.Errorf("redact gave %q", got)
	}
}

func FuzzShowAndParseAgree(f *testing.F) {
	for _, s := range []string{"gs://b/a?generation=1", "https://u:p@h:1/%2e%2e", "../a", "//x", "a:b@c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		p, err := parsePlace(uri)
		if shown := show(uri); strings.ContainsAny(shown, "?#\n\x00") {
			t.Errorf("show(%q) = %q", uri, shown)
		}
		if err != nil {
			return
		}
		if len(p.Segments) == 0 {
			t.Errorf("%q: no segments", uri)
		}
		for _, s := range p.Segments {
			if s == "" || s == "." || s == ".." || strings.ContainsAny(s, "/\\\x00") {
				t.Errorf("%q: segment %q", uri, s)
			}
		}
	})
}
