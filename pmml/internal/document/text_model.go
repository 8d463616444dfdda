package document

// TextModel is the content of a TextModel (deprecated since 4.2).
type TextModel struct {
	Terms         []string
	Documents     []string
	Matrix        *Matrix
	Local, Global string // term weights
	Cosine        bool   // documentNormalization
	Euclidean     bool   // similarityType
}

// textModel decodes a TextModel.
func (d *decoder) textModel(m *Model) body {
	a := d.attributes()
	t := &TextModel{Local: "termFrequency", Global: "inverseDocumentFrequency"}
	terms, documents := a.whole("numberOfTerms", -1), a.whole("numberOfDocuments", -1)
	m.Body = t
	return body{
		child: func(name []byte) bool { return d.textModelPart(t, name) },
		finish: func() {
			switch {
			case len(t.Terms) == 0:
				d.fault(m.At, "TextModel has no TextDictionary with terms")
			case t.Matrix == nil:
				d.fault(m.At, "TextModel has no DocumentTermMatrix")
			case t.Matrix.Rows != len(t.Documents) || t.Matrix.Cols != len(t.Terms):
				d.fault(m.At, "DocumentTermMatrix of %d × %d for %d documents and %d terms", t.Matrix.Rows, t.Matrix.Cols, len(t.Documents), len(t.Terms))
			case terms >= 0 && terms != len(t.Terms) || documents >= 0 && documents != len(t.Documents):
				d.fault(m.At, "TextModel says %d terms and %d documents and holds %d and %d", terms, documents, len(t.Terms), len(t.Documents))
			}
		},
	}
}

func (d *decoder) textModelPart(t *TextModel, name []byte) bool {
	a := d.attributes()
	switch string(name) {
	case "TextDictionary":
		d.each(func(name []byte) {
			switch string(name) {
			case "Array":
				t.Terms = d.array()
			case "Taxonomy": // for people
				d.skip()
			default:
				d.fault(d.at(), "%s cannot stand in TextDictionary", clip(name))
				d.skip()
			}
		})
	case "TextCorpus":
		d.only("TextDocument", func(a attributes) { t.Documents = append(t.Documents, a.required("id")) })
	case "DocumentTermMatrix":
		d.each(func(name []byte) {
			if string(name) == "Matrix" {
				t.Matrix = d.matrix()
			}
		})
	case "TextModelNormalization":
		t.Local = a.choice("localTermWeights", "termFrequency", "binary", "logarithmic", "augmentedNormalizedTermFrequency")
		t.Global = a.choice("globalTermWeights", "inverseDocumentFrequency", "none", "GFIDF", "normal", "probabilisticInverse")
		t.Cosine = a.choice("documentNormalization", "none", "cosine") == "cosine"
	case "TextModelSimiliarity", "TextModelSimilarity":
		t.Euclidean = a.choice("similarityType", "cosine", "euclidean") == "euclidean"
	default:
		return false
	}
	return true
}
