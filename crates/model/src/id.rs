//! Names of things: a [`Slug`], a [`TeamId`], and `team/id` pairs with a type for each noun.

use crate::literal::LiteralError;
use serde::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A name as the plan language allows it in a table key: `[a-z0-9-]+`, at most 100 characters.
#[derive(Clone)]
pub struct Slug(Arc<str>);

// Names of one file share their text, so most comparisons need not look at it.
impl PartialEq for Slug {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}
impl Eq for Slug {}
impl std::hash::Hash for Slug {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl PartialOrd for Slug {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Slug {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { std::cmp::Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl Slug {
    /// The longest name that is accepted, in characters.
    pub const MAX: usize = 100;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Less than every name: where a range over names begins.
    pub(crate) fn least() -> Self {
        Self(Arc::default())
    }

    /// Reads a name; see the type for what is allowed.
    ///
    /// # Errors
    /// When the text is empty, too long, or has other characters; the error's fix holds the nearest allowed spelling.
    pub fn new(text: &str) -> Result<Self, LiteralError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.is_empty() {
            return Err(LiteralError::new("a name may not be empty"));
        }
        if text.len() > Self::MAX {
            return Err(LiteralError::new(format!("a name may have at most {} characters", Self::MAX)));
        }
        if text.chars().all(allowed) {
            return Ok(Self(text.into()));
        }
        let error = LiteralError::new(format!("`{text}` is not a name: use a–z, 0–9 and `-`"));
        Err(match Self::from_title(text) {
            Some(slug) => error.fix(format!("write `{slug}`")),
            None => error,
        })
    }

    /// The nearest allowed name to any text: lower case, everything else folded to single hyphens; `None` where
    /// nothing is left.
    ///
    /// ```
    /// use kedge_model::Slug;
    /// assert_eq!(Slug::from_title("One-tap Checkout!").unwrap().as_str(), "one-tap-checkout");
    /// assert!(Slug::from_title("——").is_none());
    /// ```
    pub fn from_title(text: &str) -> Option<Self> {
        let mut name = String::new();
        for c in text.chars() {
            let c = c.to_ascii_lowercase();
            if c.is_ascii_lowercase() || c.is_ascii_digit() {
                name.push(c);
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
            if name.len() == Self::MAX {
                break;
            }
        }
        let name = name.trim_end_matches('-');
        (!name.is_empty()).then(|| Self(name.into()))
    }
}

/// A team's name, which is also the name of its folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamId(Slug);

impl TeamId {
    /// The name under which the council writes its file.
    pub fn council() -> Self {
        Self(Slug("council".into()))
    }

    /// Whether this is the council.
    pub fn is_council(&self) -> bool {
        self.as_str() == "council"
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The bare name.
    pub fn slug(&self) -> &Slug {
        &self.0
    }
}

impl From<Slug> for TeamId {
    fn from(slug: Slug) -> Self {
        Self(slug)
    }
}

/// `team/id` before it is known what it names: `gates` and `rank` take several nouns.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Who owns the thing named.
    pub team: TeamId,
    /// Its name within that team.
    pub id: Slug,
}

impl Reference {
    /// Names `id` of `team`.
    pub fn new(team: TeamId, id: Slug) -> Self {
        Self { team, id }
    }

    /// Reads `team/id`, or a bare `id` as one of `own` team's.
    ///
    /// # Errors
    /// When a part is not a [`Slug`] or there is more than one `/`.
    pub fn parse(text: &str, own: &TeamId) -> Result<Self, LiteralError> {
        match text.split_once('/') {
            None => Ok(Self { team: own.clone(), id: Slug::new(text)? }),
            Some((team, id)) if !id.contains('/') => Ok(Self { team: team.parse()?, id: Slug::new(id)? }),
            Some(_) => Err(LiteralError::new(format!("`{text}` is not a reference: write `team/id`"))),
        }
    }

    /// The shortest form that `own` team's files may use: the bare id for its own things.
    pub fn short_for(&self, own: &TeamId) -> String {
        if &self.team == own { self.id.to_string() } else { self.to_string() }
    }
}

macro_rules! text_form {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
text_form!(Slug, TeamId, Reference);

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.team, self.id)
    }
}
impl FromStr for Slug {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        Self::new(text)
    }
}
impl FromStr for TeamId {
    type Err = LiteralError;
    fn from_str(text: &str) -> Result<Self, LiteralError> {
        Slug::new(text).map(Self)
    }
}

macro_rules! pair_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Reference);

        impl $name {
            /// Names `id` of `team`.
            pub fn new(team: TeamId, id: Slug) -> Self {
                Self(Reference { team, id })
            }
            /// Reads `team/id`, or a bare `id` as one of `own` team's.
            ///
            /// # Errors
            /// As [`Reference::parse`].
            pub fn parse(text: &str, own: &TeamId) -> Result<Self, LiteralError> {
                Reference::parse(text, own).map(Self)
            }
            /// The team that owns it.
            pub fn team(&self) -> &TeamId {
                &self.0.team
            }
            /// Its name within the team.
            pub fn id(&self) -> &Slug {
                &self.0.id
            }
            /// The untyped form.
            pub fn reference(&self) -> &Reference {
                &self.0
            }
        }
        impl From<Reference> for $name {
            fn from(reference: Reference) -> Self {
                Self(reference)
            }
        }
        impl From<$name> for Reference {
            fn from(id: $name) -> Self {
                id.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl FromStr for $name {
            type Err = LiteralError;
            /// Only the full form `team/id`.
            fn from_str(text: &str) -> Result<Self, LiteralError> {
                match text.split_once('/') {
                    Some((team, id)) => Ok(Self::new(team.parse()?, Slug::new(id)?)),
                    None => Err(LiteralError::new(format!("`{text}` does not say whose it is"))
                        .fix(format!("write `TEAM/{text}`"))),
                }
            }
        }
        text_form!($name);
    )*};
}

pair_id! {
    /// A plan; its id is its file's name.
    PlanId,
    /// An outcome of a plan.
    OutcomeId,
    /// A work item of a plan.
    WorkId,
    /// An ask, everywhere named `asking-team/ask`.
    AskId,
    /// A need: how the asked team names several asks that are one.
    NeedId,
    /// A person, under the team (or council) whose file lists them.
    PersonId,
    /// An initiative; its team is the council.
    InitiativeId,
    /// A dataset, under its owner.
    DatasetId,
    /// A proposal, under its author.
    ProposalId,
    /// A service, under the team that runs it.
    ServiceId,
}
