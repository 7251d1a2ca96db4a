package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The program: {@code KIND FILE [--emit OUT]}. With {@code --emit} it reads the cases of FILE and writes what was read to OUT, a JSON object a line; what the
 * cases want is not even parsed then. Without, it reads them the same way and compares.
 *
 * <p>Exit status: 0 where all is well, 1 where a case failed, 2 where it was called wrongly.
 */
public final class Conformance {
    private static final List<Kind> KINDS =
            List.of(new SseKind(), new ProvidersKind(), new RecoveryKind(), new ToolArgsKind());

    private final PrintStream out;
    private final PrintStream err;

    private Conformance(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the program and ends the JVM with its exit status. */
    public static void main(String... args) {
        System.exit(run(System.out, System.err, args));
    }

    /** Runs the program. Returns its exit status. */
    static int run(PrintStream out, PrintStream err, String... args) {
        return new Conformance(out, err).run(args);
    }

    /** Every kind of cases. */
    static List<Kind> kinds() {
        return KINDS;
    }

    /** The kind of this name; empty where there is none. */
    static Optional<Kind> kind(String name) {
        return KINDS.stream().filter(kind -> kind.name().equals(name)).findFirst();
    }

    private int run(String... args) {
        boolean emits = args.length == 4 && args[2].equals("--emit");
        if (args.length != 2 && !emits) {
            return usage("expected KIND FILE [--emit OUT]");
        }
        Optional<Kind> kind = kind(args[0]);
        if (kind.isEmpty()) {
            return usage("no kind \"" + args[0] + "\"");
        }
        try {
            CaseFile cases = new CaseFile(Path.of(args[1]));
            return emits ? emit(kind.get(), cases, Path.of(args[3])) : compare(kind.get(), cases);
        } catch (IOException e) {
            return usage("cannot read or write: " + e.getMessage() + " ("
                    + e.getClass().getSimpleName() + ")");
        } catch (JsonException e) {
            return usage(args[1] + ": " + e.getMessage());
        }
    }

    private int usage(String what) {
        err.println("conformance: " + what);
        err.println("usage: conformance KIND FILE [--emit OUT], KIND one of "
                + String.join(", ", kinds().stream().map(Kind::name).toList()));
        return 2;
    }

    private int emit(Kind kind, CaseFile cases, Path to) throws IOException {
        try (BufferedWriter lines = Files.newBufferedWriter(to)) {
            kind.read(cases.given(kind.given()), line -> {
                lines.write(line.toString());
                lines.write('\n');
            });
        }
        return 0;
    }

    private int compare(Kind kind, CaseFile cases) throws IOException {
        List<Json.Obj> wanted = cases.wanted();
        List<Failed> failed = failed(kind, cases.given(kind.given()), wanted);
        for (Failed one : failed) {
            out.println(one);
        }
        out.println((wanted.size() - failed.size()) + " passed, " + failed.size() + " failed");
        return failed.isEmpty() ? 0 : 1;
    }

    /** Reads the cases and compares what came of them. Returns those that were not read as wanted. */
    static List<Failed> failed(Kind kind, List<Given> given, List<Json.Obj> wanted) throws IOException {
        Map<String, List<Json.Obj>> came = new LinkedHashMap<>();
        kind.read(
                given,
                line -> came.computeIfAbsent(line.string("id").orElse(""), id -> new ArrayList<>())
                        .add(line));
        List<Failed> failed = new ArrayList<>();
        for (Json.Obj one : wanted) {
            String id = one.string("id").orElse("");
            List<String> differences = kind.compare(one, came.getOrDefault(id, List.of()));
            if (!differences.isEmpty()) {
                failed.add(new Failed(id, differences));
            }
        }
        return failed;
    }

    /** A case that was not read as wanted, and how. */
    record Failed(String id, List<String> differences) {
        @Override
        public String toString() {
            return id + System.lineSeparator() + "  " + String.join(System.lineSeparator() + "  ", differences);
        }
    }
}
