package pmml_test

import (
	"strings"
	"testing"
)

func TestTextIndex(t *testing.T) {
	const text = "The sun rose; the Sun set. A sundae, sun-day!"
	for _, c := range []struct {
		name, attributes, inside, text, term string
		want                                 any
	}{
		{"words without punctuation, in any case", ``, ``, text, "sun", 2.0},
		{"in this case", `isCaseSensitive="true"`, ``, text, "Sun", 1.0},
		{"a phrase", ``, ``, text, "the sun", 2.0},
		{"once is enough", `localTermWeights="binary"`, ``, text, "sun", 1.0},
		{"logarithmic, base 10", `localTermWeights="logarithmic"`, ``, "a a a a a a a a a", "a", 1.0},
		{"augmented: half, and half of 1 in 2", `localTermWeights="augmentedNormalizedTermFrequency"`, ``, "a b b", "a", 0.75},
		{"augmented, not there", `localTermWeights="augmentedNormalizedTermFrequency"`, ``, "a b b", "c", 0.0},
		{"one letter off", `maxLevenshteinDistance="1"`, ``, "sin sun song", "sun", 2.0},
		{"the best only", `maxLevenshteinDistance="1" countHits="bestHits"`, ``, "sin sun son", "sun", 1.0},
		{"another separator", `wordSeparatorCharacterRE="[\s\-]+"`, ``, text, "sun", 3.0},
		{"words by a pattern", `x-wordRE="[a-z]+" isCaseSensitive="true"`, ``, text, "sun", 2.0}, // "the sun", "sun-day"
		{"a pattern sees the case", `x-wordRE="[A-Z]\w+"`, ``, text, "Sun", 1.0},                 // The, Sun
		{"a term is words by the pattern, too", `x-wordRE="\w+"`, ``, text, "sun-day", 1.0},
		{"punctuation that the pattern takes stays", `x-wordRE="\S+"`, ``, "sun, (sun) sun", "sun", 1.0},
		{"a word of one letter is none", `x-wordRE="(?u)\b\w\w+\b"`, ``, "a b a b", "a", 0.0},
		{"letters of all scripts", `x-wordRE="(?U)\b\w\w+"`, ``, "été 夏 été", "été", 2.0},
		{"a no-break space separates nothing", ``, ``, "sun\u00a0set sun\tset\nsun", "sun", 2.0},
		{"anywhere", `tokenize="false"`, ``, text, "sun", 4.0},
		{"stems", ``, `<TextIndexNormalization><InlineTable><row><string>foxes</string><stem>fox</stem></row></InlineTable></TextIndexNormalization>`, "foxes and a fox", "fox", 2.0},
		{"patterns", ``, `<TextIndexNormalization><InlineTable><row><string>interfaces?</string><stem>interface</stem><regex>true</regex></row></InlineTable></TextIndexNormalization>`, "Interfaces, interface", "interface", 2.0},
		{"the term stays as it is", ``, `<TextIndexNormalization><InlineTable><row><string>foxes</string><stem>fox</stem></row></InlineTable></TextIndexNormalization>`, "foxes and a fox", "foxes", 0.0},
		{"whole words", ``, `<TextIndexNormalization><InlineTable><row><string>fox</string><stem>dog</stem></row></InlineTable></TextIndexNormalization>`, "fox! foxes, fox", "dog", 2.0},
		{"one row after the other", ``, `<TextIndexNormalization><InlineTable><row><string>x</string><stem>y</stem></row><row><string>y</string><stem>z</stem></row></InlineTable></TextIndexNormalization>`, "x y", "z", 2.0},
		{"until nothing changes", ``, `<TextIndexNormalization recursive="true"><InlineTable><row><string>a a</string><stem>a</stem></row></InlineTable></TextIndexNormalization>`, "a a a a", "a", 1.0},
		{"a text that grows by each row", ``, `<TextIndexNormalization><InlineTable>` + strings.Repeat(`<row><string>a</string><stem>a a</stem></row>`, 40) + `</InlineTable></TextIndexNormalization>`, "a", "a", "limit"},
		{"by each row's pattern", ``, `<TextIndexNormalization><InlineTable>` + strings.Repeat(`<row><string>.</string><stem>aa</stem><regex>true</regex></row>`, 40) + `</InlineTable></TextIndexNormalization>`, "a", "a", "limit"},
		{"in any part of it", `tokenize="false"`, `<TextIndexNormalization><InlineTable>` + strings.Repeat(`<row><string>a</string><stem>aa</stem></row>`, 40) + `</InlineTable></TextIndexNormalization>`, "a", "a", "limit"},
		{"groups of a pattern", ``, `<TextIndexNormalization><InlineTable><row><string>(\w)(\w)</string><stem>$2$1</stem><regex>true</regex></row></InlineTable></TextIndexNormalization>`, "nus sun", "uns", 1.0},
		{"words of other lengths are far apart", `maxLevenshteinDistance="1"`, ``, "su sundae suns", "sun", 2.0},
		{"a text that grows for ever", ``, `<TextIndexNormalization recursive="true"><InlineTable><row><string>a</string><stem>a a</stem></row></InlineTable></TextIndexNormalization>`, "a", "a", "limit"},
	} {
		m := load(t, document(`<RegressionModel functionName="regression"><MiningSchema><MiningField name="k"/></MiningSchema>
<Output><OutputField name="o" optype="continuous" dataType="double" feature="transformedValue"><TextIndex textField="k" `+c.attributes+`>`+c.inside+`<Constant dataType="string">`+c.term+`</Constant></TextIndex></OutputField></Output><RegressionTable intercept="1"/></RegressionModel>`))
		got := score(t, m, row{"k": c.text})
		if c.want == "limit" {
			check(t, c.name, got, result{"$error": "limit"})
			continue
		}
		check(t, c.name, got, result{"o": c.want})
	}
}
