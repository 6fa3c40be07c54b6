//! What a survey finds in the sources and the borders of a repository, beside what its history counts: each part is there
//! only where it was asked for.

use crate::borders::{
    self, Borders, Changes, GlobError, Layering, Layers, LayersError, MOST_FILES, Service, Services,
    ServicesTogether, SharedBetween,
};
use crate::data::{self, DataObject, DataSurvey, OwnedData, Use};
use crate::history::{Commit, History};
use crate::people::People;
use crate::repository::SurveyError;
use crate::routine::routine;
use crate::sources::Sources;
use crate::survey::{Asked, Doing, Progress};
use crate::twice::solutions::{Map, MapError};
use crate::twice::{self, Twice};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Services that were together less often than this say nothing. Our own choice.
const LEAST_TOGETHER: usize = 3;

/// Which parts are asked for, beside the history, which always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Parts {
    /// Tables, views, topics and queues, with who writes and reads each.
    pub data: bool,
    /// Problems that are solved more than once, and near-identical code.
    pub duplicates: bool,
    /// Ownership beside what changes together, layers, services.
    pub borders: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self { data: true, duplicates: true, borders: true }
    }
}

/// Tables of the user's own that a survey reads by, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnTables {
    /// Packages and the problems that they solve, which add to the map that comes with Kedge.
    pub capabilities: Option<String>,
    /// Layers, in place of the table that comes with Kedge.
    pub layers: Option<String>,
    /// Services by their files, in place of folders with a manifest.
    pub services: Vec<Service>,
}

/// A table of the user's own that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Of capabilities.
    #[error(transparent)]
    Capabilities(#[from] MapError),
    /// Of layers.
    #[error(transparent)]
    Layers(#[from] LayersError),
    /// Of services.
    #[error(transparent)]
    Services(#[from] GlobError),
}

/// Data, with whose files write and read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DataFound {
    /// By owner, worst first: what is written from most areas, then what is read from most.
    pub by_owner: Vec<OwnedData>,
    /// All objects, with each place.
    pub found: DataSurvey,
}

impl DataFound {
    /// The object with each place, of one that is listed by owner.
    pub fn object(&self, owned: &OwnedData) -> Option<&DataObject> {
        let is_it = |object: &&DataObject| object.name == owned.name && object.kind == owned.kind;
        self.found.objects.iter().find(is_it)
    }

    /// The surest place at which a file of an owner writes it, what is done right there before what is done through a
    /// routine.
    pub fn write_of(&self, data: &OwnedData, owner: &str) -> Option<&Use> {
        surest(&self.object(data)?.writers, data.writers.get(owner)?)
    }

    /// The same of reading.
    pub fn read_of(&self, data: &OwnedData, owner: &str) -> Option<&Use> {
        surest(&self.object(data)?.readers, data.readers.get(owner)?)
    }
}

fn surest<'u>(uses: &'u [Use], files: &[String]) -> Option<&'u Use> {
    let of_files = uses.iter().filter(|one| files.contains(&one.path));
    of_files.min_by_key(|one| (std::cmp::Reverse(one.confidence), one.via.len(), *one))
}

/// Borders, layers and services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BordersFound {
    /// Ownership beside communities; absent where nothing says who owns what.
    pub ownership: Option<Borders>,
    /// Owners by layer; absent where nothing says who owns what.
    pub layers: Option<Layering>,
    /// Whether services are those of the plans; else each folder with a manifest or a Dockerfile is one.
    pub services_declared: bool,
    /// Services that change together.
    pub services: ServicesTogether,
    /// The data that those share; absent where data was not asked for.
    pub shared: Option<Vec<SharedBetween>>,
}

/// Who owns each file of the tree, as it is now.
pub(crate) type Owned = HashMap<String, Vec<String>>;

/// What the parts are found by.
pub(crate) struct Finding<'f> {
    pub(crate) sources: Sources<'f>,
    pub(crate) owned: Option<Owned>,
    pub(crate) own: &'f OwnTables,
}

impl Finding<'_> {
    fn owners(&self, path: &str) -> Vec<String> {
        self.owned.as_ref().and_then(|owned| owned.get(path)).cloned().unwrap_or_default()
    }

    pub(crate) fn data(&self, progress: &mut dyn FnMut(Progress)) -> Result<DataFound, SurveyError> {
        let mut tell = |done, of| progress(Progress { doing: Doing::ReadingData, done, of });
        let found = data::survey_sources(&self.sources, &data::Options::default(), &mut tell)?;
        Ok(DataFound { by_owner: data::by_owner(&found, &|path| self.owners(path)), found })
    }

    pub(crate) fn duplicates(&self, progress: &mut dyn FnMut(Progress)) -> Result<Twice, SurveyError> {
        let mut map = Map::shipped();
        if let Some(text) = &self.own.capabilities {
            map = map.with(text).map_err(TableError::from)?;
        }
        let mut tell = |done, of| progress(Progress { doing: Doing::ReadingDuplicates, done, of });
        let options = twice::Options::default();
        Twice::read_sources(&self.sources, map, &options, &|path| self.owners(path), &mut tell)
    }

    pub(crate) fn borders(
        &self,
        history: &History,
        people: &People,
        asked: &Asked,
    ) -> Result<WithoutData, SurveyError> {
        let selection = &asked.selection;
        let paths = || self.sources.tree.files.iter().map(|file| file.path.as_str());
        let there: HashMap<&str, bool> =
            paths().map(|path| (path, selection.routine || routine(path).is_none())).collect();
        let keeps = |commit: &Commit, _: &crate::history::Names| {
            (selection.programs || !people.is_program(commit.author)) && selection.is_of_its_time(commit)
        };
        let most = selection.most_files.map_or(MOST_FILES, |most| (most as usize).min(MOST_FILES));
        let changes = Changes::of(history, most, &keeps, &|path| there.get(path).copied().unwrap_or(false))?;
        let owners = |path: &str| self.owners(path);
        let layers = match &self.own.layers {
            Some(text) => Layers::read(text).map_err(TableError::from)?,
            None => Layers::shipped(),
        };
        let services = match self.own.services.as_slice() {
            [] => Services::found(paths()),
            declared => Services::declared(declared).map_err(TableError::from)?,
        };
        let every = asked.every.as_ref();
        let together = borders::together(&services, &changes, LEAST_TOGETHER, every)?;
        let is_owned = self.owned.is_some();
        let by_owners = || borders::borders(&changes, borders::Options::default(), &owners, every);
        let by_layers = || borders::layering(&layers, paths(), &changes, &owners, every);
        let found = BordersFound {
            ownership: is_owned.then(by_owners).transpose()?,
            layers: is_owned.then(by_layers).transpose()?,
            services_declared: !self.own.services.is_empty(),
            shared: None,
            services: together,
        };
        Ok(WithoutData { found, services })
    }
}

/// Borders before it is known which data services share.
pub(crate) struct WithoutData {
    found: BordersFound,
    services: Services,
}

impl WithoutData {
    /// The borders with the data, where it was asked for.
    pub(crate) fn with(self, data: Option<&DataFound>) -> BordersFound {
        let Self { found, services } = self;
        let shared = data.map(|data| borders::shared(&services, &found.services, &data.found));
        BordersFound { shared, ..found }
    }
}
