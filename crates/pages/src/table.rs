//! One table for every page: hairlines, figures to the right, and on a phone one block a row with the column's name
//! before each cell. The roles are spelt out since a style that turns cells into blocks would take them away.

use maud::{Markup, html};

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    label: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The row's name.
    Head,
    Text,
    Figure,
    Picture,
    /// Buttons.
    Act,
}

impl Column {
    /// The row's name: first, and without a label on a phone.
    pub const fn head(label: &'static str) -> Self {
        Self { label, kind: Kind::Head }
    }
    /// Words.
    pub const fn text(label: &'static str) -> Self {
        Self { label, kind: Kind::Text }
    }
    /// Figures, to the right.
    pub const fn figure(label: &'static str) -> Self {
        Self { label, kind: Kind::Figure }
    }
    /// A picture, as wide as there is room.
    pub const fn picture(label: &'static str) -> Self {
        Self { label, kind: Kind::Picture }
    }
    /// What can be done about the row.
    pub const fn act(label: &'static str) -> Self {
        Self { label, kind: Kind::Act }
    }

    fn class(self) -> &'static str {
        match self.kind {
            Kind::Head => "head",
            Kind::Text => "text",
            Kind::Figure => "figure-cell",
            Kind::Picture => "picture",
            Kind::Act => "act",
        }
    }
}

/// A row: its cells in the order of the columns, and an id where something links to it.
#[derive(Clone, Debug, Default)]
pub struct Row {
    id: Option<String>,
    cells: Vec<Markup>,
}

impl Row {
    /// A row of cells.
    pub fn new(cells: Vec<Markup>) -> Self {
        Self { id: None, cells }
    }

    /// With an id.
    #[must_use]
    pub fn id(mut self, id: String) -> Self {
        self.id = Some(id);
        self
    }
}

/// The table. `caption` names it for those who do not see what stands above it; `headings` replace labels by markup (an
/// axis, say) where they are given.
pub fn table(caption: &str, columns: &[Column], headings: &[(usize, Markup)], rows: &[Row]) -> Markup {
    html! {
        table role="table" {
            caption.unseen { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    @for (index, column) in columns.iter().enumerate() {
                        th role="columnheader" scope="col" class=(column.class()) {
                            @match headings.iter().find(|(at, _)| *at == index) {
                                Some((_, heading)) => (heading),
                                None if column.kind == Kind::Act => span.unseen { (column.label) },
                                None => (column.label),
                            }
                        }
                    }
                }
            }
            tbody role="rowgroup" {
                @for row in rows {
                    tr role="row" id=[row.id.as_deref()] {
                        @for (column, cell) in columns.iter().zip(&row.cells) {
                            @if column.kind == Kind::Head {
                                th role="rowheader" scope="row" class="head" { (cell) }
                            } @else {
                                td role="cell" class=(column.class()) data-label=(column.label) { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}
