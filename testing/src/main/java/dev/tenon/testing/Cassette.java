package dev.tenon.testing;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Migration;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer.EffectCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * <p>A tape holds what was said to models and tools and what they answered, word by word: look through it before you commit it.
 */
public final class Cassette implements Interceptor {
    private record Track(Json effect, Json outcome) {}

    private final Path file;
    private final boolean playing;
    private final Map<String, Track> tracks = new ConcurrentHashMap<>();
    private final List<String> order = java.util.Collections.synchronizedList(new ArrayList<>());

    private Cassette(Path file, boolean playing) {
        this.file = file;
        this.playing = playing;
    }

    /**
     * The tape in a file: played where there is one, else recorded.
     *
     * @throws UncheckedIOException where the file cannot be read
     * @throws dev.tenon.json.JsonException where a line of it is no track
     */
    public static Cassette at(Path file) {
        if (!Files.exists(file)) {
            return new Cassette(file, false);
        }
        Cassette tape = new Cassette(file, true);
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    Json.Obj track = Json.parse(line).asObj();
                    tape.tracks.put(
                            track.get("place").orElse(Json.NULL).asString(),
                            new Track(
                                    track.get("effect").orElse(Json.NULL),
                                    track.get("outcome").orElse(Json.NULL)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the tape cannot be read: " + file, e);
        }
        return tape;
    }

    /** Whether it plays what was recorded. */
    public boolean playing() {
        return playing;
    }

    @Override
    public Outcome around(Effect effect, EffectCall call, Chain chain) {
        if (!(effect instanceof Effect.CallModel) && !(effect instanceof Effect.CallTool)) {
            return chain.proceed(effect);
        }
        String place = place(call.id());
        Json asked = Json.of(effect);
        if (!playing) {
            Outcome outcome = chain.proceed(effect);
            if (tracks.put(place, new Track(asked, Json.of(outcome))) == null) {
                order.add(place);
            }
            return outcome;
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
        return track.outcome().as(Outcome.class);
    }

    private static String shown(Json json, String pointer) {
        String text = json.at(pointer).map(Json::toString).orElse("(nothing)");
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }

    /** The place of a call in its run, whatever the run is called. */
    private static String place(String id) {
        return id.substring(id.indexOf('/') + 1);
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
