//! What a survey keeps, whatever is in it: the cache of a history, of which only what is whole by its checksum is used, and
//! the survey itself as JSON, which is read back as it was written or refused, and shown as a page and as tables.
#![no_main]

use kedge_survey::history::whole;
use kedge_survey::{Survey, tables};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let cache = [b"kedge history 2 first-parent=false renames=false\n", bytes].concat();
    if let Some((length, _)) = whole(&cache) {
        assert!(length as usize <= cache.len());
        assert_eq!(whole(&cache[..length as usize]).map(|(length, _)| length), Some(length));
    }
    if let Ok(survey) = serde_json::from_slice::<Survey>(bytes) {
        for table in tables::tables(&survey) {
            table.csv().expect("memory can always be written to");
        }
        let again = serde_json::to_vec(&survey).expect("what was read can be written");
        assert!(serde_json::from_slice::<Survey>(&again).is_ok());
    }
});
