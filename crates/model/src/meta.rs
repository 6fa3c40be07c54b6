//! What any table of a plan file may carry beside its own keys.

use crate::{Code, Date};
use serde::Serialize;
use std::collections::BTreeMap;

/// `silence`, `see` and `origin`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Meta {
    /// Rules that are silenced here, each with its reason.
    pub silence: BTreeMap<Code, Silence>,
    /// Links to more about it.
    pub see: Vec<String>,
    /// Where an import took it from.
    pub origin: Option<String>,
}

/// Why a rule is silenced, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// The reason, for whoever reads the file next.
    pub why: String,
    /// The last day on which the silence holds; for good where absent.
    pub until: Option<Date>,
}
