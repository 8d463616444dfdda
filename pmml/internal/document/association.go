package document

// Association is the content of an AssociationModel.
type Association struct {
	Items    []Item
	Itemsets []Itemset
	Rules    []AssociationRule
}

// Item of an AssociationModel or SequenceModel.
type Item struct {
	At       Offset
	ID       string
	Value    string
	Field    string
	Category *string
}

// Itemset of an AssociationModel or SequenceModel.
type Itemset struct {
	At      Offset
	ID      string
	Support float64 // NaN: not given
	Items   []string
}

// AssociationRule of an AssociationModel. Measures are NaN where not given.
type AssociationRule struct {
	At                                            Offset
	ID                                            string
	Antecedent, Consequent                        string
	Support, Confidence, Lift, Leverage, Affinity float64
}

// association decodes an AssociationModel.
func (d *decoder) association(m *Model) body {
	s := &Association{}
	m.Body = s
	return body{child: func(name []byte) bool {
		switch string(name) {
		case "Item":
			s.Items = append(s.Items, d.item())
		case "Itemset":
			s.Itemsets = append(s.Itemsets, d.itemset())
		case "AssociationRule":
			a := d.attributes()
			r := AssociationRule{At: a.at, ID: a.optional("id"), Antecedent: a.required("antecedent"), Consequent: a.required("consequent")}
			r.Support, r.Confidence = a.requiredNumber("support"), a.requiredNumber("confidence")
			r.Lift, r.Leverage, r.Affinity = a.number("lift", Absent), a.number("leverage", Absent), a.number("affinity", Absent)
			s.Rules = append(s.Rules, r)
		default:
			return false
		}
		return true
	}}
}

func (d *decoder) item() Item {
	a := d.attributes()
	return Item{At: a.at, ID: a.required("id"), Value: a.required("value"), Field: a.optional("field"), Category: a.maybe("category")}
}

func (d *decoder) itemset() Itemset {
	a := d.attributes()
	s := Itemset{At: a.at, ID: a.required("id"), Support: a.number("support", Absent)}
	d.only("ItemRef", func(a attributes) { s.Items = append(s.Items, a.required("itemRef")) })
	return s
}
