/**
 * Where are sessions kept? Start at {@link dev.tenon.recall.store.FileMemoryStore} for files and {@link dev.tenon.recall.store.JdbcMemoryStore} for a database;
 * {@link dev.tenon.recall.store.EncryptedMemoryStore} seals what any of them keeps.
 */
@NullMarked
package dev.tenon.recall.store;

import org.jspecify.annotations.NullMarked;
