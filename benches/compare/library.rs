//! Shared libraries, loaded at run time: nothing here needs them to build.

use libloading::Library;

/// A library that stays loaded until the program ends.
#[derive(Clone, Copy)]
pub struct Loaded(&'static Library);

impl Loaded {
    /// Loads `file`, a name for the system to find or a path.
    pub fn open(file: &str) -> Result<Self, String> {
        // SAFETY: the user installed the library or named it; libargon2,
        // libsodium, libcrypto and libxcrypt run nothing on loading that asks for more.
        let library = unsafe { Library::new(file) }.map_err(|e| e.to_string())?;
        Ok(Self(Box::leak(Box::new(library))))
    }

    /// The function of this name.
    ///
    /// # Safety
    ///
    /// `F` is the type of a pointer to that function.
    pub unsafe fn function<F: Copy>(self, name: &str) -> Result<F, String> {
        // SAFETY: the caller vouches for the type, and the library is never unloaded.
        unsafe { self.0.get::<F>(name) }
            .map(|symbol| *symbol)
            .map_err(|e| e.to_string())
    }

    /// The file that holds the code at `address`, where the system tells.
    pub fn file_at(address: *const ()) -> Option<String> {
        let address = address as usize;
        let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
        let line = maps.lines().find(|line| {
            let bounds = line.split([' ', '-']).take(2);
            let mut bounds = bounds.filter_map(|hex| usize::from_str_radix(hex, 16).ok());
            bounds.next().is_some_and(|start| start <= address)
                && bounds.next().is_some_and(|end| address < end)
        })?;
        Some(line.get(line.find('/')?..)?.to_owned())
    }
}
