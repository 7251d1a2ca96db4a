package dev.tenon.benchmarks;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.tenon.json.Json;
import dev.tenon.output.RecoveryParser;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolMethod;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.Toolset;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to call a tool that does nothing? From the text of the arguments, as a model wrote it, to the result: parsed, coerced, validated, called, written. LangChain4j's
 * {@code DefaultToolExecutor} does the same beside it, and does not validate.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ToolDispatch {
    private static final String ARGUMENTS =
            "{\"train\":\"IC 1\",\"seats\":2,\"quiet\":true,\"stops\":[\"Oslo\",\"Bergen\"]}";

    /** Tools that do nothing. */
    public static final class Station {
        @ToolMethod("Books seats")
        @dev.langchain4j.agent.tool.Tool("Books seats")
        public String book(String train, int seats, boolean quiet, List<String> stops) {
            return train;
        }
    }

    /** The same arguments as a record. */
    public record Booking(String train, int seats, boolean quiet, List<String> stops) {}

    private final Tool method = Toolset.of(new Station()).find("book").orElseThrow();
    private final RecoveryParser methodReader = RecoveryParser.of(method.spec().parameters());
    private final Tool function = Tool.of("book", "Books seats", Booking.class, (Booking booking) -> booking.train());
    private final RecoveryParser functionReader =
            RecoveryParser.of(function.spec().parameters());
    private final ToolContext context = (ToolContext) Proxy.newProxyInstance(
            ToolContext.class.getClassLoader(), new Class<?>[] {ToolContext.class}, (proxy, asked, given) -> null);

    private final ToolExecutionRequest request = ToolExecutionRequest.builder()
            .id("1")
            .name("book")
            .arguments(ARGUMENTS)
            .build();
    private final DefaultToolExecutor theirs = new DefaultToolExecutor(new Station(), request);

    private ToolOutput call(Tool tool, RecoveryParser reader) throws Exception {
        Json.Obj arguments = reader.arguments(ARGUMENTS).value().asObj();
        return tool.call(arguments, context);
    }

    /** A marked method. */
    @Benchmark
    public ToolOutput tenonMethod() throws Exception {
        return call(method, methodReader);
    }

    /** A function of a record. */
    @Benchmark
    public ToolOutput tenonRecord() throws Exception {
        return call(function, functionReader);
    }

    /** The peer. */
    @Benchmark
    public String langchain4j() {
        return theirs.execute(request, "memory");
    }
}
