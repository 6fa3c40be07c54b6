//! Gives the readers of sources a version that changes whenever their code does: what an older one read is not used again.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let mut files = Vec::new();
    for part in ["src/data", "src/generated.rs", "src/tree.rs", "src/twice"] {
        println!("cargo::rerun-if-changed={part}");
        gather(Path::new(part), &mut files);
    }
    files.sort();
    // FNV-1a: it need only differ where the code does.
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for file in &files {
        let text = fs::read(file).unwrap_or_default();
        for byte in text.into_iter().filter(|byte| *byte != b'\r') {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=KEDGE_READERS={digest:016x}");
}

fn gather(part: &Path, files: &mut Vec<PathBuf>) {
    if part.is_file() {
        return files.push(part.to_owned());
    }
    for entry in fs::read_dir(part).into_iter().flatten().flatten() {
        gather(&entry.path(), files);
    }
}
