package modelcache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beam-pmml/beam-pmml/transforms/modelstore"
)

// storeWith returns a store over a folder with one file.
func storeWith(t *testing.T, name, content string) (s *modelstore.Store, digest string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := modelstore.New(modelstore.Config{Models: dir, MaxBytes: 1000})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	return s, hex.EncodeToString(sum[:])
}

func TestADocumentIsReadUnderItsDigest(t *testing.T) {
	store, digest := storeWith(t, "a.pmml", "<PMML/>")
	data, sum, err := fetch(context.Background(), store, Identity{URI: "a.pmml", SHA256: digest})
	if err != nil || string(data) != "<PMML/>" || sum != digest {
		t.Error(string(data), sum, err)
	}
	if _, sum, err = fetch(context.Background(), store, Identity{URI: "a.pmml"}); err != nil || sum != digest {
		t.Error(sum, err)
	}
}

// constant is a document that says 5 for everything.
const constant = `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
<RegressionTable intercept="5"/></RegressionModel></PMML>`

func TestAModelFromAStore(t *testing.T) {
	store, digest := storeWith(t, "a.pmml", constant)
	c, err := New(Config{}, LoaderFrom(store))
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Load(Identity{Name: "a", Version: "1", URI: "a.pmml", SHA256: digest}).Wait(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Unpin()
	if e.SHA256 != digest || e.Bytes < e.Model.Size() || e.LoadTime <= 0 {
		t.Errorf("%+v", e)
	}
	in, out := e.Model.NewInput(), e.Model.NewResult()
	if err := e.Model.Score(in, out); err != nil || out.Empty() {
		t.Errorf("%v, %s", err, out.AppendJSON(nil))
	}
}

func TestWhatTheLoaderRefuses(t *testing.T) {
	store, _ := storeWith(t, "a.pmml", "not PMML")
	load := LoaderFrom(store)
	lagged := strings.Replace(strings.Replace(constant, "</MiningSchema>", `</MiningSchema><LocalTransformations><DerivedField name="d" optype="continuous" dataType="double"><Lag field="x"/></DerivedField></LocalTransformations>`, 1),
		`intercept="5"/>`, `intercept="5"><NumericPredictor name="d" coefficient="1"/></RegressionTable>`, 1)
	sequential, _ := storeWith(t, "lag.pmml", lagged)
	if _, _, err := LoaderFrom(sequential)(context.Background(), Identity{URI: "lag.pmml"}); err == nil || !isPermanent(err) || err.Error() != "needs a sequence: Lag of field x" {
		t.Errorf("a document with Lag: %v", err)
	}
	for _, c := range []struct {
		name string
		id   Identity
		code modelstore.Code // "" for what the engine refuses
	}{
		{"nothing there", Identity{URI: "none.pmml"}, modelstore.NotFound},
		{"not allowed", Identity{URI: "/etc/passwd"}, modelstore.NotAllowed},
		{"another digest", Identity{URI: "a.pmml", SHA256: "00"}, modelstore.Mismatch},
		{"no PMML", Identity{URI: "a.pmml"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, _, err := load(context.Background(), c.id)
			if err == nil || m != nil {
				t.Fatal("loaded")
			}
			var e *modelstore.Error
			if c.code == "" && !isPermanent(err) {
				t.Errorf("%v is to be tried again", err)
			}
			if c.code != "" && (!errors.As(err, &e) || e.Code != c.code || isPermanent(err) == e.Retriable()) {
				t.Errorf("got %v, want code %s", err, c.code)
			}
		})
	}
}

func TestForStoreIsOnePerConfiguration(t *testing.T) {
	dir := t.TempDir()
	a, errA := ForStore(modelstore.Config{Models: dir}, Config{})
	b, errB := ForStore(modelstore.Config{Models: dir}, Config{})
	other, errC := ForStore(modelstore.Config{Models: dir}, Config{Bytes: 1 << 20})
	if err := errors.Join(errA, errB, errC); err != nil || a != b || a == other {
		t.Error(err, a, b, other)
	}
	if _, err := ForStore(modelstore.Config{Models: "relative"}, Config{}); err == nil {
		t.Error("a store that cannot be was accepted")
	}
}
