package dev.tenon.examples.chat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;
import dev.tenon.recall.RingBufferMemory;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ModelServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * A chat in the terminal: it remembers, answers come as they are written, Ctrl-C ends an answer and not the program. With {@code OPENAI_API_KEY} or
 * {@code OPENAI_BASE_URL} set the model is a real one, else a script behind a real HTTP server on this machine. Not thread-safe.
 */
public final class Chat {
    private static final String SESSION = "chat";

    private final Terminal terminal;
    private final LineReader reader;
    private final Agent agent;
    private final RingBufferMemory memory = RingBufferMemory.messages(200);
    private Spent spent = Spent.NOTHING;

    /** A chat at this terminal. */
    Chat(Terminal terminal, Provider model) {
        this.terminal = terminal;
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("chat")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "Hello!" is no command.
                .build();
        this.agent = Agent.builder(model).memory(memory).build();
    }

    /** Begins the chat. With an argument the lines that are typed are kept in that file, and found again with the arrow keys the next time. */
    public static void main(String... args) throws IOException {
        boolean real = System.getenv("OPENAI_API_KEY") != null || System.getenv("OPENAI_BASE_URL") != null;
        try (Terminal terminal = TerminalBuilder.builder().dumb(true).build();
                ModelServer script = ScriptedModel.start()) {
            OpenAi host = real
                    ? OpenAi.fromEnv()
                    : OpenAi.connect(script.url("/v1").toString()).build();
            Chat chat = new Chat(terminal, host.model(System.getenv().getOrDefault("OPENAI_MODEL", "gpt-5-mini")));
            if (args.length > 0) {
                chat.reader.setVariable(LineReader.HISTORY_FILE, Path.of(args[0]));
            }
            terminal.writer().println(real ? "The model is real." : "The model is a script; everything else is real.");
            chat.converse();
        }
    }

    /** Reads lines and answers them, until {@code /quit} or Ctrl-D. */
    void converse() {
        PrintWriter out = terminal.writer();
        out.println("Ctrl-C stops an answer. /cost, /clear, /quit.");
        while (true) {
            String line;
            try {
                line = reader.readLine("> ").strip();
            } catch (UserInterruptException e) {
                continue; // Ctrl-C where nothing is answered forgets the line.
            } catch (EndOfFileException e) {
                return;
            }
            switch (line) {
                case "" -> {}
                case "/quit" -> {
                    return;
                }
                case "/clear" -> {
                    memory.forget(SESSION);
                    out.println("Forgotten.");
                }
                case "/cost" -> out.println(cost());
                default -> {
                    if (line.startsWith("/")) {
                        out.println("No command " + Printable.of(line) + "; there are /cost, /clear, /quit.");
                    } else {
                        answer(line);
                    }
                }
            }
            out.flush();
        }
    }

    private String cost() {
        return spent.steps() + " model calls, " + spent.usage().input() + " tokens in, "
                + spent.usage().output() + " out: " + spent.cost();
    }

    private void answer(String line) {
        PrintWriter out = terminal.writer();
        Cancellation stop = new Cancellation();
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> stop.cancel("Ctrl-C"));
        try {
            RunResult result = agent.run(RunRequest.of(line).session(SESSION), stop, Watch.deltas(text -> {
                out.print(Printable.of(text));
                out.flush();
            }));
            spent = spent.plus(result.spent());
            out.println();
            String note = note(result.end());
            if (!note.isEmpty()) {
                out.println(note);
            }
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
    }

    /** What is to be said of how a run ended, besides its answer. */
    private static String note(RunEnd end) {
        return switch (end) {
            case RunEnd.Completed completed -> "";
            case RunEnd.Cancelled cancelled -> "[stopped]";
            case RunEnd.Limited limited ->
                "[the limit of " + limited.reached().limit().name().toLowerCase(java.util.Locale.ROOT) + " is reached]";
            case RunEnd.Failed failed -> "[" + Printable.of(failed.failure().message()) + "]";
            case RunEnd.Paused paused -> "[waits for an answer to " + paused.questions() + "]";
        };
    }
}
