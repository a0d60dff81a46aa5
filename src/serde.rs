//! `Serialize` and `Deserialize`: a map is a map. What is written is what one `range` sees.

use crate::map::SyncMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

impl<K, V, S> Serialize for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + Serialize + 'static,
    V: Send + Sync + Serialize + 'static,
    S: BuildHasher,
{
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        // The length is not known beforehand: keys come and go.
        let pinned = self.pin();
        let rows: Vec<_> = pinned.iter().collect();
        serializer.collect_map(rows)
    }
}

impl<'de, K, V, S> Deserialize<'de> for SyncMap<K, V, S>
where
    K: Hash + Eq + Send + Sync + Deserialize<'de> + 'static,
    V: Send + Sync + Deserialize<'de> + 'static,
    S: BuildHasher + Default,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows<K, V, S>(PhantomData<(K, V, S)>);

        impl<'de, K, V, S> Visitor<'de> for Rows<K, V, S>
        where
            K: Hash + Eq + Send + Sync + Deserialize<'de> + 'static,
            V: Send + Sync + Deserialize<'de> + 'static,
            S: BuildHasher + Default,
        {
            type Value = SyncMap<K, V, S>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut rows: A) -> Result<Self::Value, A::Error> {
                // A length is a hint of whoever wrote it: no more than a megabyte is taken at its word.
                let most = (1 << 20) / size_of::<(K, V)>().max(1);
                let mut map = Vec::with_capacity(rows.size_hint().unwrap_or(0).min(most));
                while let Some(row) = rows.next_entry()? {
                    map.push(row);
                }
                Ok(map.into_iter().collect())
            }
        }

        deserializer.deserialize_map(Rows(PhantomData))
    }
}
