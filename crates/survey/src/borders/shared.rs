//! The data that services which change together share: what one of them writes and the other writes or reads.

use super::services::{Services, ServicesTogether};
use crate::data::{DataObject, DataSurvey, Kind, Use};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One data object that two services share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SharedBetween {
    /// What they are called, in the order of the pair.
    pub services: (String, String),
    /// The data, as people write its name.
    pub data: String,
    /// What it is.
    pub kind: Kind,
    /// Which of the two write it; at least one does.
    pub writes: (bool, bool),
    /// Where each uses it, by file and line; a write where it writes.
    pub shown_by: ((String, u32), (String, u32)),
}

/// An object, and of each service that uses it the first write and the first read.
type Used<'a> = (&'a DataObject, BTreeMap<&'a str, [Option<&'a Use>; 2]>);

/// What each pair of services that change together shares, in the order of the pairs; what both write comes first, then by
/// name. Pairs that share nothing are not there.
pub fn shared(services: &Services, together: &ServicesTogether, data: &DataSurvey) -> Vec<SharedBetween> {
    let wanted: BTreeSet<&str> =
        together.pairs.iter().flat_map(|pair| [pair.services.0.as_str(), pair.services.1.as_str()]).collect();
    let used: Vec<Used<'_>> = data
        .objects
        .iter()
        .filter(|object| !object.kind.is_routine())
        .map(|object| (object, by_service(services, object, &wanted)))
        .filter(|(_, by)| by.len() > 1 && by.values().any(|[write, _]| write.is_some()))
        .collect();
    let mut all = Vec::new();
    for pair in &together.pairs {
        let mut of_pair: Vec<SharedBetween> = used
            .iter()
            .filter_map(|(object, by)| {
                let one = by.get(pair.services.0.as_str())?;
                let other = by.get(pair.services.1.as_str())?;
                let writes = (one[0].is_some(), other[0].is_some());
                let place = |[write, read]: &[Option<&Use>; 2]| {
                    write.or(*read).map(|one| (one.path.clone(), one.line))
                };
                (writes.0 || writes.1).then_some(())?;
                Some(SharedBetween {
                    services: pair.services.clone(),
                    data: object.shown.clone(),
                    kind: object.kind,
                    writes,
                    shown_by: (place(one)?, place(other)?),
                })
            })
            .collect();
        of_pair.sort_by_key(|one| (!(one.writes.0 && one.writes.1), one.data.clone()));
        all.append(&mut of_pair);
    }
    all
}

fn by_service<'a>(
    services: &'a Services,
    object: &'a DataObject,
    wanted: &BTreeSet<&str>,
) -> BTreeMap<&'a str, [Option<&'a Use>; 2]> {
    let mut by: BTreeMap<&str, [Option<&Use>; 2]> = BTreeMap::new();
    for (side, uses) in [(0, &object.writers), (1, &object.readers)] {
        for one in uses {
            if let Some(number) = services.of(&one.path) {
                let name = services.name(number);
                if wanted.contains(name) {
                    by.entry(name).or_default()[side].get_or_insert(one);
                }
            }
        }
    }
    by
}
