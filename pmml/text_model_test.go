package pmml_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func textModel(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "texts", "model.pmml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Expected affinities are by numpy: testdata/generate/text_cases.py.
func TestTextsAgainstIndependentWeights(t *testing.T) {
	text := textModel(t)
	for i, c := range lines(t, filepath.Join("..", "testdata", "texts", "expected.jsonl")) {
		document := strings.Replace(text, `<TextModelNormalization/>`, fmt.Sprintf(`<TextModelNormalization localTermWeights="%s" globalTermWeights="%s" documentNormalization="%s"/>`, c["local"], c["global"], c["normalization"]), 1)
		m := load(t, strings.Replace(document, `<TextModelSimiliarity/>`, fmt.Sprintf(`<TextModelSimiliarity similarityType="%s"/>`, c["similarity"]), 1))
		got := score(t, m, row{"text": c["text"].(string)})
		affinities := c["affinities"].(map[string]any)
		for id, want := range affinities {
			if !alike(got[id], want) {
				t.Errorf("line %d (%v %v %v %v): %s is %v, want %v", i+1, c["local"], c["global"], c["normalization"], c["similarity"], id, got[id], want)
			}
		}
		if got["best"] != c["best"] && !alike(affinities[fmt.Sprint(got["best"])], affinities[fmt.Sprint(c["best"])]) { // but for equals in all but the last digit
			t.Errorf("line %d: the best is %v, want %v", i+1, got["best"], c["best"])
		}
	}
}

func alike(got, want any) bool {
	g, ok1 := got.(float64)
	w, ok2 := want.(float64)
	return ok1 == ok2 && math.Abs(g-w) <= 1e-12
}

func TestTextsOfOtherForms(t *testing.T) {
	text := textModel(t)
	m := load(t, text)
	check(t, "defaults are term frequency × inverse document frequency and cosine", score(t, m, row{"text": "sour plum"}), result{"best": "d4", "second": "d2"})
	check(t, "no text", score(t, m, row{}), result{"_target": nil, "best": nil, "d1": nil})
	check(t, "no term", score(t, m, row{"text": "nothing here"}), result{"_target": nil, "best": nil, "d1": nil})
	euclidean := strings.Replace(text, `<TextModelSimiliarity/>`, `<TextModelSimilarity similarityType="euclidean"/>`, 1) // the schema's spelling, and the other
	check(t, "no term is near the shortest document", score(t, load(t, strings.Replace(euclidean, `<TextModelNormalization/>`, `<TextModelNormalization globalTermWeights="none"/>`, 1)), row{"text": ""}), result{"best": "d1", "d1": math.Sqrt(7), "d4": 3.0})
	counts := document(`<TextModel functionName="classification" numberOfTerms="2" numberOfDocuments="2"><MiningSchema><MiningField name="x"/><MiningField name="n"/></MiningSchema><TextDictionary><Array type="string">x n</Array></TextDictionary><TextCorpus><TextDocument id="p"/><TextDocument id="q"/></TextCorpus>
<DocumentTermMatrix><Matrix><MatCell row="1" col="1">2</MatCell><MatCell row="2" col="2">3</MatCell></Matrix></DocumentTermMatrix><TextModelNormalization globalTermWeights="none"/></TextModel>`)
	m = load(t, strings.Replace(counts, "<Matrix>", `<Matrix nbRows="2" nbCols="2">`, 1))
	check(t, "fields that count terms", score(t, m, row{"x": "1", "n": "2"}), result{"_target": "q"})
	check(t, "one of them missing", score(t, m, row{"x": "1"}), result{"_target": "p"})
	check(t, "all missing", score(t, m, row{}), result{"_target": nil})
}

func TestBrokenTexts(t *testing.T) {
	whole := textModel(t)
	replaced := func(old, with string) string { return strings.Replace(whole, old, with, 1) }
	for _, c := range []struct{ text, marker, part string }{
		{replaced(`numberOfTerms="7"`, `numberOfTerms="8"`), `<TextModel `, `TextModel says 8 terms and 5 documents and holds 7 and 5`},
		{replaced(`<Array n="7" type="string">apple`, `<Array n="7" type="string">`), `<Array n="7" type="string"`, `Array says n=7 and holds 6`},
		{replaced(` fig `, ` pear `), `<TextModel `, `the term "pear" is there twice`},
		{replaced(`<TextDocument id="d5" name="n" length="9" file="f"/>`, ``), `<TextModel `, `DocumentTermMatrix of 5 × 7 for 4 documents and 7 terms`},
		{replaced(`<TextModelNormalization/>`, `<TextModelNormalization localTermWeights="log"/>`), `<TextModelNormalization`, `localTermWeights of TextModelNormalization is "log"`},
		{replaced(`<TextModelNormalization/>`, `<TextModelNormalization globalTermWeights="idf"/>`), `<TextModelNormalization`, `globalTermWeights of TextModelNormalization is "idf"`},
		{replaced(`<TextModelNormalization/>`, `<TextModelNormalization documentNormalization="unit"/>`), `<TextModelNormalization`, `documentNormalization of TextModelNormalization is "unit"`},
		{replaced(`<TextModelSimiliarity/>`, `<TextModelSimiliarity similarityType="jaccard"/>`), `<TextModelSimiliarity`, `similarityType of TextModelSimiliarity is "jaccard"`},
		{replaced(`<TextCorpus>`, `<TextCorpus><Text/>`), `<Text/>`, `Text cannot stand in TextCorpus`},
		{replaced(`<TextDictionary>`, `<TextDictionary><Terms/>`), `<Terms/>`, `Terms cannot stand in TextDictionary`},
		{replaced(`2 1 0 0 1 0 1`, `2 1 zero 0 1 0 1`), `<Array n="7" type="real">2`, `zero`},
	} {
		refused(t, c.text, c.marker, c.part)
	}
}
