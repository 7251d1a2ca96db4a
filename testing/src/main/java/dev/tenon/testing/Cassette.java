package dev.tenon.testing;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Migration;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.StoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A run on tape: recorded once with real models and tools, then played in tests without either. Strict: a call that is not on the tape, or that asks for something else than it did, fails the
 * run with what has changed. Give it to the agent as an interceptor. Thread-safe.
 *
 * {@snippet lang=java :
 * Cassette tape = Cassette.at(Path.of("src/test/resources/umbrella.jsonl")); // records where there is no file, else plays
 * Agent agent = Agent.builder(model).tools(weather).interceptor(tape).build();
 * agent.run("Do I need an umbrella?");
 * tape.save();                                                             // nothing where it played
 * }
 *
 * <p>Several runs may be on one tape, one after the other: the first that plays is the first that was recorded. {@link #unplayed()} says what was recorded and is asked no
 * more.
 *
 * <p>A tape holds what was said to models and tools and what they answered, word by word: look through it before you commit it.
 */
public final class Cassette implements Interceptor {
    private record Track(Json effect, Json outcome) {}

    private final Path file;
    private final boolean playing;
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();
    private final Set<String> played = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> runs = new HashMap<>(); // guarded by itself
    private final List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());

    private Cassette(Path file, boolean playing) {
        this.file = file;
        this.playing = playing;
    }

    /**
     * The tape in a file: played where there is one, else recorded.
     *
     * @throws UncheckedIOException where the file cannot be read
     * @throws TenonException of code {@code testing.cassette} where a line of it is no track; it names file and line
     */
    public static Cassette at(Path file) {
        Objects.requireNonNull(file, "file");
        if (!Files.exists(file)) {
            return new Cassette(file, false);
        }
        Cassette tape = new Cassette(file, true);
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()) {
                    tape.read(lines.get(i), file.getFileName() + ":" + (i + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the tape cannot be read: " + file, e);
        }
        return tape;
    }

    private void read(String line, String where) {
        try {
            Json.Obj track = Json.parse(line).asObj();
            String place = track.get("place").orElse(Json.NULL).asString();
            Track before = tracks.put(
                    place,
                    new Track(
                            track.get("effect").orElse(Json.NULL).asObj(),
                            track.get("outcome").orElse(Json.NULL).asObj()));
            if (before != null) {
                throw spoiled(where, "call " + place + " is on it twice");
            }
            order.add(place);
        } catch (JsonException e) {
            throw spoiled(where, "it is no track: " + e.getMessage());
        }
    }

    private static TenonException spoiled(String where, String why) {
        return new TenonException(
                "testing.cassette", where + ": " + why + "; delete the file to record anew, or mend it");
    }

    /** Whether it plays what was recorded. */
    public boolean playing() {
        return playing;
    }

    @Override
    public Outcome around(Effect effect, EffectCall call, Chain chain) {
        Objects.requireNonNull(effect, "effect");
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(chain, "chain");
        if (!(effect instanceof Effect.CallModel) && !(effect instanceof Effect.CallTool)) {
            return chain.proceed(effect);
        }
        String place = place(call.id());
        Json asked = Json.of(effect);
        if (!playing) {
            return recorded(place, asked, effect, chain);
        }
        Track track = tracks.get(place);
        if (track == null) {
            throw new TenonException(
                    "testing.cassette",
                    "nothing is on the tape for call " + place + "; delete " + file.getFileName() + " to record anew");
        }
        if (!track.effect().equals(asked)) {
            StringBuilder said = new StringBuilder("call ").append(place).append(" is not what was recorded:");
            for (String pointer : Migration.changes(track.effect(), asked)) {
                String at = pointer.replaceFirst(" \\((gone|new)\\)$", "");
                said.append("\n  ")
                        .append(pointer)
                        .append("\n    recorded: ")
                        .append(shown(track.effect(), at))
                        .append("\n    now:      ")
                        .append(shown(asked, at));
            }
            throw new TenonException("testing.cassette", said.toString());
        }
        played.add(place);
        return track.outcome().as(Outcome.class);
    }

    /** A model that fails, however it does, is on the tape as one that fails; a call that was stopped is not. */
    private Outcome recorded(String place, Json asked, Effect effect, Chain chain) {
        try {
            Outcome outcome = chain.proceed(effect);
            record(place, asked, outcome);
            return outcome;
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException e) {
            record(place, asked, new Outcome.Failed(Failure.of(e)));
            throw e;
        }
    }

    private void record(String place, Json asked, Outcome outcome) {
        if (tracks.put(place, new Track(asked, Json.of(outcome))) == null) {
            order.add(place);
        }
    }

    /**
     * The calls on the tape that were not asked for, in the order of the tape: {@code assertThat(tape.unplayed()).isEmpty()} says that the code does all that it did.
     * Empty where it records.
     */
    public List<String> unplayed() {
        return playing ? order.stream().filter(place -> !played.contains(place)).toList() : List.of();
    }

    private static String shown(Json json, String pointer) {
        String text = json.at(pointer).map(Json::toString).orElse("(nothing)");
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }

    /** The place of a call in its run, whatever the run is called; of the second run and those after it with the number of the run. */
    private String place(String id) {
        int slash = id.indexOf('/');
        int run;
        synchronized (runs) {
            run = runs.computeIfAbsent(id.substring(0, slash), root -> runs.size() + 1);
        }
        return (run == 1 ? "" : "run " + run + ": ") + id.substring(slash + 1);
    }

    /** Writes the tape, one call a line, in the order of their ends. Does nothing where it was played. */
    public void save() {
        if (playing) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (String place : List.copyOf(order)) {
            Track track = tracks.get(place);
            if (track != null) {
                Map<String, Json> line = new LinkedHashMap<>();
                line.put("place", Json.of(place));
                line.put("effect", track.effect());
                line.put("outcome", track.outcome());
                lines.add(Json.Obj.of(line).toString());
            }
        }
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("the tape cannot be written: " + file, e);
        }
    }
}
