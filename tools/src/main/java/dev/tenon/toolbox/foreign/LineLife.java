package dev.tenon.toolbox.foreign;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a process. Thread-safe.
 *
 * <p>Two threads of the platform read and write: a pipe does not heed interrupts, and a process that does not read would otherwise hold whoever calls. What ends the life ends both.
 */
final class LineLife {
    private static final Logger LOG = LoggerFactory.getLogger(LineLife.class);

    /** The protocol's version. */
    private static final int PROTOCOL = 1;

    /** So much of a line that is not understood is shown. */
    private static final int SHOWN = 200;

    /** Answers to so many calls that were given up may still come. */
    private static final int GIVEN_UP = 1000;

    /** Lines that wait to be written: more says that the process does not read. */
    private static final int WAITING = 1000;

    /** Nothing to write, but something to see. */
    private static final byte[] WAKE = new byte[0];

    private static final Set<String> INHERITED = Set.of("PATH", "HOME", "LANG", "TMPDIR");

    /** A call that has no result yet. */
    static final class Pending {
        final String id;
        final ToolContext context;
        final CountDownLatch done = new CountDownLatch(1);
        volatile @Nullable ToolOutput output;
        volatile boolean failed;

        Pending(String id, ToolContext context) {
            this.id = id;
            this.context = context;
        }
    }

    private final String name;
    private final Process process;
    private final LineLimits limits;
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, Pending> pending = new ConcurrentHashMap<>();
    private final Set<String> givenUp = new LinkedHashSet<>();
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>(WAITING);
    private final CountDownLatch heard = new CountDownLatch(1);
    private volatile List<ToolSpec> specs = List.of();
    private volatile @Nullable String end;

    private LineLife(String name, Process process, LineLimits limits) {
        this.name = name;
        this.process = process;
        this.limits = limits;
    }

    static LineLife start(
            String name,
            List<String> command,
            Optional<Path> folder,
            Map<String, String> environment,
            LineLimits limits) {
        ProcessBuilder builder = new ProcessBuilder(command);
        folder.ifPresent(where -> builder.directory(where.toFile()));
        builder.environment().keySet().retainAll(INHERITED);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new LineFailure(name + " cannot be started; is it installed, and in the search path?");
        }
        LineLife life = new LineLife(name, process, limits);
        life.thread("reads", life::read);
        life.thread("writes", life::write);
        life.thread("logs", life::log);
        life.hello();
        return life;
    }

    private void thread(String does, Runnable work) {
        Thread.ofPlatform()
                .daemon()
                .name("tenon-lines-" + does + "-" + process.pid())
                .start(work);
    }

    private void hello() {
        send(Json.object().put("type", "hello").put("protocol", PROTOCOL).build());
        boolean said = false;
        try {
            said = heard.await(limits.hello().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!said) {
            end(name + " did not say within " + limits.hello() + " which tools it has");
        }
        String why = end;
        if (why != null) {
            throw new LineFailure(why);
        }
    }

    List<ToolSpec> specs() {
        return specs;
    }

    boolean ended() {
        return end != null;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    // Calls

    Pending call(String tool, Json.Obj arguments, ToolContext context) {
        Pending call = new Pending(Long.toString(ids.incrementAndGet()), context);
        pending.put(call.id, call);
        send(Json.object()
                .put("type", "call")
                .put("id", call.id)
                .put("tool", tool)
                .put("arguments", arguments)
                .put("call", context.id())
                .build());
        String why = end;
        if (why != null) {
            settle(call, why);
        }
        return call;
    }

    /** Nobody waits for the call any more. A process that then says nothing at all of it has hung, and is ended. */
    void cancel(Pending call) {
        if (pending.remove(call.id) == null) {
            return;
        }
        CountDownLatch answered = new CountDownLatch(1);
        synchronized (givenUp) {
            givenUp.add(call.id);
            if (givenUp.size() > GIVEN_UP) {
                givenUp.remove(givenUp.iterator().next());
            }
            waiting.put(call.id, answered);
        }
        send(Json.object().put("type", "cancel").put("id", call.id).build());
        Thread.ofVirtual().name("tenon-lines-waits").start(() -> {
            boolean said = false;
            try {
                said = answered.await(LineTools.GRACE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (!said) {
                end(name + " did not give up a call that was cancelled, and was ended");
            }
        });
    }

    // Guarded by givenUp.
    private final Map<String, CountDownLatch> waiting = new LinkedHashMap<>();

    private void settle(Pending call, String why) {
        call.failed = true;
        call.output = ToolOutput.error(why);
        call.done.countDown();
    }

    private void send(Json line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        if (end == null && !outgoing.offer(bytes)) {
            end(name + " does not read its input, and was ended");
        }
    }

    private void write() {
        try (OutputStream out = process.getOutputStream()) {
            while (end == null) {
                byte[] line = outgoing.poll(1, TimeUnit.SECONDS);
                if (line != null && line.length > 0) {
                    out.write(line);
                    if (outgoing.isEmpty()) {
                        out.flush();
                    }
                }
            }
        } catch (IOException e) {
            // It has closed its input, and says why by its end: who reads its output sees that.
            LOG.debug("{} takes no more input", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it writes to its standard error, for people. */
    private void log() {
        try (InputStream error = process.getErrorStream()) {
            Lines lines = new Lines(error, 8192);
            for (Lines.Line line = lines.next(); line.kind() != Lines.Kind.END; line = lines.next()) {
                LOG.debug("{}: {}", name, shown(line.bytes()));
            }
        } catch (IOException e) {
            LOG.debug("the standard error of {} cannot be read", name, e);
        }
    }

    // Reading

    private void read() {
        String why;
        try (InputStream in = process.getInputStream()) {
            why = lines(new Lines(in, limits.lineBytes()));
        } catch (IOException e) {
            why = name + " cannot be heard any more";
        } catch (RuntimeException | StackOverflowError e) {
            LOG.warn("a line of {} could not be taken", name, e);
            why = name + " wrote a line that could not be taken, and was ended";
        }
        end(why);
    }

    private String lines(Lines lines) throws IOException {
        while (true) {
            Lines.Line line = lines.next();
            String why = switch (line.kind()) {
                case WHOLE -> taken(line.bytes());
                case TOO_LONG -> name + " wrote a line of more than " + limits.lineBytes() + " bytes, and was ended";
                case HALF -> name + " ended in the middle of a line" + exit();
                case END -> name + " ended before it answered" + exit();
            };
            if (why != null) {
                return why;
            }
        }
    }

    private String exit() {
        try {
            return process.waitFor(LineTools.GRACE.toMillis(), TimeUnit.MILLISECONDS)
                    ? ", with exit code " + process.exitValue()
                    : ", or closed its output";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Takes a line; says why it cannot be taken. */
    private @Nullable String taken(byte[] bytes) {
        Json line;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.isBlank()) {
                return null;
            }
            line = Json.parse(text);
        } catch (CharacterCodingException | JsonException e) {
            return garbage(bytes);
        }
        if (!(line instanceof Json.Obj said)) {
            return garbage(bytes);
        }
        return switch (said.string("type").orElse("")) {
            case "tools" -> tools(said);
            case "progress" -> progress(said);
            case "result" -> result(said);
            default -> garbage(bytes);
        };
    }

    private String garbage(byte[] bytes) {
        return name + " wrote a line that is none of the protocol, and was ended: " + shown(bytes)
                + " (what is for people belongs on its standard error)";
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, SHOWN), StandardCharsets.UTF_8);
        return "\"" + text.replaceAll("\\p{Cntrl}", " ") + (bytes.length > SHOWN ? "…" : "") + "\"";
    }

    private @Nullable String tools(Json.Obj said) {
        if (heard.getCount() == 0) {
            return name + " said twice which tools it has, and was ended";
        }
        List<ToolSpec> all = new ArrayList<>();
        if (!(said.get("tools").orElse(Json.NULL) instanceof Json.Arr list)) {
            return name + " said no list of tools";
        }
        for (Json one : list.items()) {
            try {
                all.add(SpecForm.read(one));
            } catch (RuntimeException e) {
                return name + " said a tool that is none: " + e.getMessage();
            }
        }
        specs = List.copyOf(all);
        heard.countDown();
        return null;
    }

    private @Nullable String progress(Json.Obj said) {
        Pending call = pending.get(said.string("id").orElse(""));
        if (call != null) {
            call.context.progress(said.string("message").orElse(""));
            return null;
        }
        return known(said.string("id").orElse(""), false);
    }

    private @Nullable String result(Json.Obj said) {
        String id = said.string("id").orElse("");
        Pending call = pending.remove(id);
        if (call == null) {
            return known(id, true);
        }
        try {
            call.output = output(said);
        } catch (IllegalArgumentException e) {
            settle(call, name + " gave a result that is none: " + e.getMessage());
        }
        call.done.countDown();
        return null;
    }

    /** Whether it is the id of a call that was given up. */
    private @Nullable String known(String id, boolean answered) {
        synchronized (givenUp) {
            if (answered) {
                CountDownLatch waits = waiting.remove(id);
                if (waits != null) {
                    waits.countDown();
                }
            }
            if (answered ? givenUp.remove(id) : givenUp.contains(id)) {
                return null;
            }
        }
        return name + " answered a call that nobody made, \"" + (id.length() > 50 ? id.substring(0, 50) + "…" : id)
                + "\", and was ended";
    }

    private static ToolOutput output(Json.Obj said) {
        boolean error = said.get("error").map(Json.of(true)::equals).orElse(false);
        List<Content.OfResult> parts = new ArrayList<>();
        said.string("text").ifPresent(text -> parts.add(Content.text(text)));
        said.get("json").ifPresent(json -> parts.add(Content.text(json.toString())));
        if (said.get("files").orElse(Json.NULL) instanceof Json.Arr files) {
            for (Json file : files.items()) {
                parts.add(file(file));
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("it has no text, no json and no files");
        }
        return new ToolOutput(parts, error);
    }

    private static Content.Media file(Json file) {
        Json.Obj object = file instanceof Json.Obj one ? one : Json.Obj.EMPTY;
        String type = object.string("type")
                .orElseThrow(() -> new IllegalArgumentException("a file has no type such as image/png"));
        byte[] bytes = Base64.getDecoder()
                .decode(object.string("base64")
                        .orElseThrow(() -> new IllegalArgumentException("a file has no base64")));
        return Content.Media.of(bytes, type).withName(object.string("name").orElse(""));
    }

    // The end

    private void end(String why) {
        synchronized (this) {
            if (end == null) {
                end = why;
            }
        }
        heard.countDown();
        outgoing.offer(WAKE);
        List<Pending> open = new ArrayList<>(pending.values());
        for (Pending call : open) {
            if (pending.remove(call.id) != null) {
                settle(call, why);
            }
        }
        synchronized (givenUp) {
            waiting.values().forEach(CountDownLatch::countDown);
            waiting.clear();
        }
        endTree(process.descendants().toList());
    }

    private void endTree(List<ProcessHandle> below) {
        process.destroyForcibly();
        below.forEach(ProcessHandle::destroyForcibly);
    }

    /** Its input ends; who does not end by that is ended, and what it started too, which nobody would find once it has ended by itself. */
    void close() {
        List<ProcessHandle> below = process.descendants().toList();
        String why = name + " was closed";
        synchronized (this) {
            if (end == null) {
                end = why;
            }
        }
        outgoing.offer(WAKE);
        try {
            // The writer closes the input when it sees the end; a writer that is stuck is freed by force below.
            if (!process.waitFor(LineTools.GRACE.plus(Duration.ofSeconds(1)).toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("{} did not end by itself", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(why);
        endTree(below);
    }
}
