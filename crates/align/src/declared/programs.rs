//! One operation as a program, with one rule in view.

use crate::interleaving::{Cell, Condition, Holds, Read, RowId, Rows, Step, To, Value, Write};
use kedge_model::{Dataset, DatasetId, Does, Invariant, InvariantKind, Operation, Slug};
use std::collections::BTreeSet;

/// The field of an operation that names none, where no rule names one either.
const SOME_FIELD: &str = "value";

/// What is looked at: one bound or one rule of an invariant, or what is written at all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Focus<'a> {
    /// That no write is lost.
    Writes,
    /// A bound of a balance.
    Bound(&'a Slug, &'a Invariant, Bound),
    /// Any other invariant.
    Rule(&'a Slug, &'a Invariant),
}

/// Which bound.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    Least(i64),
    Most(i64),
}

/// What there is to look at in a dataset: its invariants first.
pub(super) fn focuses(dataset: &Dataset) -> Vec<Focus<'_>> {
    fn of<'d>((id, invariant): (&'d Slug, &'d Invariant)) -> Vec<Focus<'d>> {
        match invariant.kind {
            InvariantKind::Balance => {
                let least = invariant.min.map(|min| Focus::Bound(id, invariant, Bound::Least(min)));
                let most = invariant.max.map(|max| Focus::Bound(id, invariant, Bound::Most(max)));
                least.into_iter().chain(most).collect()
            }
            // A rule of one field is checked where it is written; nobody else has a part in it.
            InvariantKind::PerRow if invariant.fields.len() < 2 => Vec::new(),
            _ => vec![Focus::Rule(id, invariant)],
        }
    }
    dataset.invariants.iter().flat_map(of).chain([Focus::Writes]).collect()
}

/// How a dataset is called in rows, beside another: by its name, with its team where both have one name.
pub(super) fn name_of(dataset: &Dataset, beside: &Dataset) -> String {
    if dataset.id != beside.id && dataset.id.id() == beside.id.id() {
        dataset.id.to_string()
    } else {
        dataset.id.id().to_string()
    }
}

fn number(value: i64) -> Value {
    Value::Number(value)
}

fn row(dataset: &Dataset, key: &str) -> RowId {
    RowId::new(dataset.id.id().as_str(), key)
}

/// The name that two would choose.
fn wanted() -> Value {
    Value::text("zoe")
}

impl<'a> Focus<'a> {
    /// The invariant.
    pub(super) fn invariant(&self) -> Option<&'a Invariant> {
        match self {
            Self::Writes => None,
            Self::Bound(_, invariant, _) | Self::Rule(_, invariant) => Some(invariant),
        }
    }

    /// Its name.
    pub(super) fn name(&self) -> Option<&'a Slug> {
        match self {
            Self::Writes => None,
            Self::Bound(id, ..) | Self::Rule(id, _) => Some(id),
        }
    }

    /// The field that it is about.
    fn field(&self) -> &'a str {
        self.invariant().and_then(|it| it.fields.first()).map_or(SOME_FIELD, String::as_str)
    }

    /// What must hold.
    pub(super) fn rules(&self, dataset: &Dataset) -> Vec<Holds> {
        let of = dataset.id.id().to_string();
        let field = self.field().to_owned();
        match self {
            Self::Writes => Vec::new(),
            Self::Bound(_, _, Bound::Least(least)) => {
                vec![Holds::AtLeast { dataset: of, field, least: *least }]
            }
            Self::Bound(_, _, Bound::Most(most)) => vec![Holds::AtMost { dataset: of, field, most: *most }],
            Self::Rule(_, invariant) => match invariant.kind {
                InvariantKind::Unique => vec![Holds::Unique { dataset: of, field }],
                InvariantKind::Reference => {
                    let to = target_name(dataset, invariant);
                    vec![Holds::Reference { dataset: of, field, to }]
                }
                InvariantKind::Monotone => vec![Holds::NeverDown { dataset: of, field }],
                InvariantKind::PerRow => {
                    vec![Holds::Together { dataset: of, fields: invariant.fields.clone(), least: 1 }]
                }
                InvariantKind::Balance => Vec::new(),
            },
        }
    }

    /// The rows at the start: near the edge of what must hold.
    pub(super) fn start(&self, dataset: &Dataset, programs: usize) -> Rows {
        let one = row(dataset, "1");
        let field = self.field();
        match self {
            Self::Writes => {
                let (numbers, texts) = fields(dataset);
                let numbers = numbers.into_iter().map(|field| (field, number(5)));
                let texts = texts.into_iter().map(|field| (field, Value::text("as it was")));
                Rows::default().with(one, numbers.chain(texts))
            }
            Self::Bound(_, _, Bound::Least(least)) => {
                Rows::default().with(one, [(field, number(least.saturating_add(1)))])
            }
            Self::Bound(_, _, Bound::Most(most)) => {
                Rows::default().with(one, [(field, number(most.saturating_sub(1)))])
            }
            Self::Rule(_, invariant) => match invariant.kind {
                InvariantKind::Unique => (1..=programs).fold(Rows::default(), |rows, at| {
                    rows.with(row(dataset, &at.to_string()), [(field, Value::text(format!("name {at}")))])
                }),
                InvariantKind::Reference => {
                    let target = RowId::new(target_name(dataset, invariant), "p");
                    Rows::default().with::<String>(one, []).with::<String>(target, [])
                }
                InvariantKind::PerRow => {
                    Rows::default().with(one, invariant.fields.iter().map(|field| (field.clone(), number(1))))
                }
                InvariantKind::Monotone | InvariantKind::Balance => {
                    Rows::default().with(one, [(field, number(1))])
                }
            },
        }
    }

    /// The steps of an operation, as the program of this number; nothing where it does nothing here.
    pub(super) fn steps(
        &self,
        dataset: &Dataset,
        of: &Dataset,
        operation: &Operation,
        at: usize,
    ) -> Option<Vec<Step>> {
        let does = operation.does;
        if of.id != dataset.id {
            return self.invariant().map(|invariant| delete_target(dataset, invariant));
        }
        match self {
            Self::Writes => Some(writes(dataset, operation, at)),
            Self::Bound(_, _, bound) => {
                Some(bounded(&row(dataset, "1").field(self.field()), does, *bound, at))
            }
            Self::Rule(_, invariant) => match invariant.kind {
                InvariantKind::Unique => Some(unique(dataset, self.field(), invariant.chosen, does, at)),
                InvariantKind::Reference => refer(dataset, self.field(), invariant, does, at),
                InvariantKind::Monotone => raise(&row(dataset, "1").field(self.field()), does, at),
                InvariantKind::PerRow => together(&row(dataset, "1"), invariant, operation, at),
                InvariantKind::Balance => None,
            },
        }
    }
}

/// The fields of a dataset that are numbers, and those that are not.
fn fields(dataset: &Dataset) -> (BTreeSet<String>, BTreeSet<String>) {
    let (operations, _) = super::operations(dataset);
    let mut numbers = BTreeSet::new();
    let mut all = BTreeSet::new();
    for operation in operations.values() {
        let field = operation.field.clone().unwrap_or_else(|| SOME_FIELD.to_owned());
        if matches!(operation.does, Does::Increment | Does::Decrement | Does::ReadThenSet) {
            numbers.insert(field.clone());
        }
        if !matches!(operation.does, Does::Insert | Does::InsertIfAbsent | Does::Delete) {
            all.insert(field);
        }
    }
    for invariant in dataset.invariants.values() {
        if matches!(invariant.kind, InvariantKind::Balance | InvariantKind::Monotone) {
            numbers.extend(invariant.fields.iter().filter(|field| all.contains(*field)).cloned());
        }
    }
    let texts = all.difference(&numbers).cloned().collect();
    (numbers, texts)
}

fn target_name(dataset: &Dataset, invariant: &Invariant) -> String {
    let target = invariant.to.clone().map(DatasetId::from);
    match target {
        Some(target) if target != dataset.id && target.id() == dataset.id.id() => target.to_string(),
        Some(target) => target.id().to_string(),
        None => "nothing".into(),
    }
}

fn read(cell: &Cell) -> Step {
    Step::Read(Read::Cell(cell.clone()))
}

fn by_number(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(0).saturating_add(1)
}

/// Each writes something of its own, and looks at nothing that it does not need.
fn writes(dataset: &Dataset, operation: &Operation, at: usize) -> Vec<Step> {
    let one = row(dataset, "1");
    let field = operation.field.as_deref().unwrap_or(SOME_FIELD);
    let cell = one.field(field);
    let by = by_number(at);
    let is_number = fields(dataset).0.contains(field);
    let own = if is_number {
        number(10_i64.saturating_add(by))
    } else {
        Value::text(format!("from {}", operation.writer))
    };
    match operation.does {
        Does::Insert => {
            let row = row(dataset, &format!("{} of {}", by.saturating_add(1), operation.writer));
            vec![Step::Write(Write::Insert { row, fields: Vec::new() })]
        }
        Does::InsertIfAbsent => {
            let row = row(dataset, "2");
            let there = Read::Row(row.clone());
            let put = Write::Insert { row, fields: Vec::new() };
            vec![Step::Read(there.clone()), Step::Check(Condition::NotThere(there)), Step::Write(put)]
        }
        Does::Set => vec![Step::Write(Write::Set { cell, to: To::Value(own) })],
        Does::ReadThenSet => {
            let there = Read::Row(one);
            let save = Write::Save { cell: cell.clone(), to: To::SeenPlus(cell.clone(), by) };
            vec![
                Step::Read(there.clone()),
                Step::Check(Condition::There(there)),
                read(&cell),
                Step::Write(save),
            ]
        }
        Does::Increment => vec![Step::Write(Write::Add { cell, by })],
        Does::Decrement => vec![Step::Write(Write::Add { cell, by: -by })],
        Does::Delete => vec![Step::Write(Write::Remove { row: one })],
    }
}

/// Checks the bound before it moves towards it.
fn bounded(cell: &Cell, does: Does, bound: Bound, at: usize) -> Vec<Step> {
    let add = |by| Step::Write(Write::Add { cell: cell.clone(), by });
    let (towards, edge, within) = match bound {
        Bound::Least(least) => (-1, least, Condition::AtLeast { of: vec![cell.clone()], plus: -1, least }),
        Bound::Most(most) => (1, most, Condition::AtMost { of: vec![cell.clone()], plus: 1, most }),
    };
    let checked = |then: Step| vec![read(cell), Step::Check(within.clone()), then];
    let save = Write::Save { cell: cell.clone(), to: To::SeenPlus(cell.clone(), towards) };
    match (does, towards) {
        (Does::Increment, 1) => checked(add(1)),
        (Does::Decrement, -1) => checked(add(-1)),
        (Does::Increment, _) => vec![add(1)],
        (Does::Decrement, _) => vec![add(-1)],
        (Does::Set, _) => vec![Step::Write(Write::Set { cell: cell.clone(), to: To::Value(number(edge)) })],
        (Does::ReadThenSet, _) => checked(Step::Write(save)),
        (Does::Insert | Does::InsertIfAbsent, _) => {
            let row = RowId::new(cell.row.dataset.clone(), format!("new {}", by_number(at)));
            vec![Step::Write(Write::Insert { row, fields: vec![(cell.field.clone(), number(edge))] })]
        }
        (Does::Delete, _) => vec![Step::Write(Write::Remove { row: cell.row.clone() })],
    }
}

/// Looks whether the name is free; a generated one is its own.
fn unique(dataset: &Dataset, field: &str, chosen: bool, does: Does, at: usize) -> Vec<Step> {
    let by = by_number(at);
    let value = if chosen { wanted() } else { Value::text(format!("generated {by}")) };
    let taken =
        Read::Any { dataset: dataset.id.id().to_string(), field: field.to_owned(), value: value.clone() };
    let own = row(dataset, &by.to_string());
    let write = match does {
        Does::Insert | Does::InsertIfAbsent => {
            Write::Insert { row: row(dataset, &format!("new {by}")), fields: vec![(field.to_owned(), value)] }
        }
        Does::Set | Does::ReadThenSet | Does::Increment | Does::Decrement => {
            Write::Set { cell: own.field(field), to: To::Value(value) }
        }
        Does::Delete => return vec![Step::Write(Write::Remove { row: own })],
    };
    vec![Step::Read(taken.clone()), Step::Check(Condition::NotThere(taken)), Step::Write(write)]
}

/// Looks whether what it will point at is there.
fn refer(dataset: &Dataset, field: &str, invariant: &Invariant, does: Does, at: usize) -> Option<Vec<Step>> {
    let there = Read::Row(RowId::new(target_name(dataset, invariant), "p"));
    let points = Value::text("p");
    let write = match does {
        Does::Insert | Does::InsertIfAbsent => {
            let row = row(dataset, &format!("new {}", by_number(at)));
            Write::Insert { row, fields: vec![(field.to_owned(), points)] }
        }
        Does::Set | Does::ReadThenSet => {
            Write::Set { cell: row(dataset, "1").field(field), to: To::Value(points) }
        }
        Does::Increment | Does::Decrement => return None,
        Does::Delete => return Some(vec![Step::Write(Write::Remove { row: row(dataset, "1") })]),
    };
    Some(vec![Step::Read(there.clone()), Step::Check(Condition::There(there)), Step::Write(write)])
}

/// Deletes what is pointed at, if nobody does.
fn delete_target(dataset: &Dataset, invariant: &Invariant) -> Vec<Step> {
    let field = invariant.fields.first().map_or(SOME_FIELD, String::as_str);
    let used =
        Read::Any { dataset: dataset.id.id().to_string(), field: field.to_owned(), value: Value::text("p") };
    let remove = Write::Remove { row: RowId::new(target_name(dataset, invariant), "p") };
    vec![Step::Read(used.clone()), Step::Check(Condition::NotThere(used)), Step::Write(remove)]
}

/// Goes up, or not at all.
fn raise(cell: &Cell, does: Does, at: usize) -> Option<Vec<Step>> {
    let by = by_number(at);
    let to = by.saturating_add(1);
    Some(match does {
        Does::Set => {
            let no_less = Condition::AtMost { of: vec![cell.clone()], plus: 0, most: to };
            let set = Write::Set { cell: cell.clone(), to: To::Value(number(to)) };
            vec![read(cell), Step::Check(no_less), Step::Write(set)]
        }
        Does::ReadThenSet => {
            let save = Write::Save { cell: cell.clone(), to: To::SeenPlus(cell.clone(), by) };
            vec![read(cell), Step::Write(save)]
        }
        Does::Increment => vec![Step::Write(Write::Add { cell: cell.clone(), by })],
        // It cannot be done and keep the rule.
        Does::Decrement => return None,
        Does::Insert | Does::InsertIfAbsent => {
            let row = RowId::new(cell.row.dataset.clone(), format!("new {by}"));
            vec![Step::Write(Write::Insert { row, fields: vec![(cell.field.clone(), number(1))] })]
        }
        Does::Delete => vec![Step::Write(Write::Remove { row: cell.row.clone() })],
    })
}

/// A rule of several fields of a row, for which stands: together they come to one or more. Whoever changes one of them looks at
/// all of them first; whoever writes the row writes all of them.
fn together(one: &RowId, invariant: &Invariant, operation: &Operation, at: usize) -> Option<Vec<Step>> {
    let cells: Vec<Cell> = invariant.fields.iter().map(|field| one.field(field)).collect();
    let checked = |enough: Condition, write: Write| -> Vec<Step> {
        let reads = cells.iter().map(read);
        reads.chain([Step::Check(enough), Step::Write(write)]).collect()
    };
    let with_one_less = || Condition::AtLeast { of: cells.clone(), plus: -1, least: 1 };
    // What becomes nothing leaves the others to come to enough, whatever it was before.
    let without = |field: &String| {
        let others = invariant.fields.iter().filter(|it| *it != field).map(|it| one.field(it));
        Condition::AtLeast { of: others.collect(), plus: 0, least: 1 }
    };
    let whole = || -> Vec<(String, Value)> {
        let is_own = |place: usize| i64::from(place == at % invariant.fields.len().max(1));
        let fields = invariant.fields.iter().enumerate();
        fields.map(|(place, field)| (field.clone(), number(is_own(place)))).collect()
    };
    Some(match (&operation.field, operation.does) {
        (_, Does::Insert | Does::InsertIfAbsent) => {
            let row = RowId::new(one.dataset.clone(), format!("new {}", by_number(at)));
            vec![Step::Write(Write::Insert { row, fields: whole() })]
        }
        (_, Does::Delete) => vec![Step::Write(Write::Remove { row: one.clone() })],
        (Some(field), Does::Increment) => vec![Step::Write(Write::Add { cell: one.field(field), by: 1 })],
        (Some(field), Does::Decrement) => {
            checked(with_one_less(), Write::Add { cell: one.field(field), by: -1 })
        }
        (Some(field), Does::Set) => {
            checked(without(field), Write::Set { cell: one.field(field), to: To::Value(number(0)) })
        }
        (Some(field), Does::ReadThenSet) => {
            checked(without(field), Write::Save { cell: one.field(field), to: To::Value(number(0)) })
        }
        (None, Does::Set | Does::ReadThenSet) => whole()
            .into_iter()
            .map(|(field, value)| Step::Write(Write::Set { cell: one.field(field), to: To::Value(value) }))
            .collect(),
        (None, Does::Increment | Does::Decrement) => return None,
    })
}
