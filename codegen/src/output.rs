//! Generated files: where they belong, and whether they are there already.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Folders in which nothing but generated files may be.
const OWNED: &[&str] = &[crate::facade::java::FOLDER];

/// The files under `root` that were generated once, and are not any more: each below `root`.
pub fn stale(root: &Path, outputs: &[Output]) -> io::Result<Vec<PathBuf>> {
    let known: BTreeSet<PathBuf> = outputs.iter().map(|output| root.join(&*output.path)).collect();
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> =
        OWNED.iter().map(|folder| root.join(folder)).filter(|folder| folder.exists()).collect();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else if !known.contains(&entry.path()) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its path from the repository's root.
    pub path: Cow<'static, str>,
    /// What it holds.
    pub text: String,
}

impl Output {
    /// Whether the file under `root` holds something else, or does not exist.
    pub fn differs(&self, root: &Path) -> io::Result<bool> {
        match std::fs::read(root.join(&*self.path)) {
            Ok(there) => Ok(there != self.text.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Writes it under `root`.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let path = root.join(&*self.path);
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        std::fs::write(path, &self.text)
    }
}
