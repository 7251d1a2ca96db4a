/**
 * How are events kept, seen again and watched by whoever comes late? Start at {@link dev.tenon.recording.Recording}: in memory, a ring, or files;
 * {@link dev.tenon.recording.Playback} plays one again, {@link dev.tenon.recording.Watching} follows one run of it.
 */
@NullMarked
package dev.tenon.recording;

import org.jspecify.annotations.NullMarked;
