//! Generated files: where they belong, and whether they are there already.

use std::io;
use std::path::Path;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its path from the repository's root.
    pub path: &'static str,
    /// What it holds.
    pub text: String,
}

impl Output {
    /// Whether the file under `root` holds something else, or does not exist.
    pub fn differs(&self, root: &Path) -> io::Result<bool> {
        match std::fs::read(root.join(self.path)) {
            Ok(there) => Ok(there != self.text.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Writes it under `root`.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let path = root.join(self.path);
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        std::fs::write(path, &self.text)
    }
}
