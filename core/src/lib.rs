//! Shiren.
