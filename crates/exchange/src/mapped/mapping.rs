//! The mapping file: TOML that says which column is what.

use crate::DateOrder;
use serde::Deserialize;

/// Which column is what, and how cells are to be read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mapping {
    pub(super) columns: MappedColumns,
    #[serde(default)]
    pub(super) read: Read,
    #[serde(default)]
    pub(super) status: Status,
    #[serde(default)]
    pub(super) kinds: Kinds,
}

/// Why a mapping cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is not TOML, or has a key that there is not, or a value of another type.
    #[error("the mapping cannot be read: {0}")]
    Form(String),
    /// Nothing says whose the rows are.
    #[error(
        "the mapping names no team: give the column as `team` in [columns], or one team for all rows in [read]"
    )]
    NoTeam,
    /// A word that is none of those that are known.
    #[error("the mapping says `{key} = \"{value}\"`: write {wanted}")]
    Word {
        /// Which key.
        key: &'static str,
        /// What it says.
        value: String,
        /// What it may say.
        wanted: &'static str,
    },
    /// A number of days that a point cannot be.
    #[error("the mapping says `days-per-point = {0}`: write a number over 0, at most 100")]
    DaysPerPoint(String),
}

/// One name or several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

impl Names {
    pub(super) fn list(&self) -> &[String] {
        match self {
            Self::None => &[],
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }

    /// Whether a cell says one of them, in any case.
    pub(super) fn has(&self, cell: &str) -> bool {
        !cell.is_empty() && self.list().iter().any(|name| name.to_lowercase() == cell.to_lowercase())
    }
}

/// How far a row is, by the words of its status.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Status {
    pub(super) open: Names,
    pub(super) started: Names,
    pub(super) done: Names,
    pub(super) dropped: Names,
}

/// What a row is, by the words of its kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Kinds {
    pub(super) outcome: Names,
    pub(super) leave_out: Names,
}

/// How cells are read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Read {
    pub(super) team: Option<String>,
    dates: Option<String>,
    effort_unit: Option<String>,
    pub(super) days_per_point: Option<f64>,
}

impl Read {
    pub(super) fn order(&self) -> Option<DateOrder> {
        match self.dates.as_deref()? {
            "day-first" => Some(DateOrder::DayFirst),
            "month-first" => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    pub(super) fn effort_unit(&self) -> Option<&'static str> {
        ["h", "d", "w"].into_iter().find(|unit| self.effort_unit.as_deref() == Some(unit))
    }
}

macro_rules! columns {
    ($($field:ident = $name:literal),*) => {
        /// The columns by what they are.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub(super) struct MappedColumns {
            title: Names,
            $($field: Names,)*
        }

        impl MappedColumns {
            /// What each of them is for, and their titles.
            pub(super) fn all(&self) -> Vec<(&'static str, &[String])> {
                vec![("title", self.title.list()), $(($name, self.$field.list())),*]
            }
        }
    };
}
columns! {
    key = "key", team = "team", outcome = "outcome", parent = "parent", kind = "kind", effort = "effort",
    points = "points", due = "due", value = "value", status = "status", started = "started", done = "done",
    dropped = "dropped", not_before = "not-before", after = "after", blocks = "blocks", asks = "asks", what = "what",
    wanted = "wanted", see = "see"
}

impl MappedColumns {
    pub(super) fn has_key(&self) -> bool {
        !self.key.list().is_empty()
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// See [`MappingError`]; each says what to write instead.
    pub fn read(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError::Form(error.to_string()))?;
        if mapping.columns.title.list().is_empty() {
            return Err(MappingError::Form("[columns] names no column for `title`".to_owned()));
        }
        if mapping.columns.team.list().is_empty()
            && mapping.read.team.as_deref().unwrap_or("").trim().is_empty()
        {
            return Err(MappingError::NoTeam);
        }
        if let Some(value) = mapping.read.dates.clone().filter(|_| mapping.read.order().is_none()) {
            return Err(MappingError::Word { key: "dates", value, wanted: "`day-first` or `month-first`" });
        }
        if let Some(value) = mapping.read.effort_unit.clone().filter(|_| mapping.read.effort_unit().is_none())
        {
            return Err(MappingError::Word { key: "effort-unit", value, wanted: "`h`, `d` or `w`" });
        }
        match mapping.read.days_per_point {
            Some(days) if !(days > 0.0 && days <= 100.0) => Err(MappingError::DaysPerPoint(days.to_string())),
            _ => Ok(mapping),
        }
    }
}
