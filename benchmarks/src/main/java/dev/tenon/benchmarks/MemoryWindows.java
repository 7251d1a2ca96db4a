package dev.tenon.benchmarks;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.memory.chat.TokenWindowChatMemory;
import dev.langchain4j.model.openai.OpenAiTokenCountEstimator;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Turn;
import dev.tenon.message.Message;
import dev.tenon.provider.ModelInfo;
import dev.tenon.recall.RingBufferMemory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a window cost: a message appended, and the window read? A question and its answer are appended and the window is read after them, which counts as two; LangChain4j's windows do the same
 * beside it. The windows hold 100 messages, or 4,000 tokens by each library's own counter.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 8, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MemoryWindows {
    private static final String QUESTION =
            "What is the weather in Lisbon, and do I need an umbrella today or tomorrow?";
    private static final String ANSWER =
            "It is sunny in Lisbon today, 21 degrees, and it will stay dry until tomorrow evening. No umbrella needed.";

    private final List<Message> turn = List.of(Message.user(QUESTION), Message.assistant(ANSWER));
    private final Recall wanted = Recall.of("s", "next", List.of(Message.user(QUESTION)), ModelInfo.UNKNOWN);
    private final UserMessage question = UserMessage.from(QUESTION);
    private final AiMessage answer = AiMessage.from(ANSWER);

    private Memory messages = Memory.NONE;
    private Memory tokens = Memory.NONE;
    private ChatMemory theirMessages = MessageWindowChatMemory.withMaxMessages(100);
    private ChatMemory theirTokens =
            TokenWindowChatMemory.withMaxTokens(4_000, new OpenAiTokenCountEstimator("gpt-4o-mini"));
    private int runs;

    /** New windows for each iteration. */
    @Setup(Level.Iteration)
    public void begin() {
        messages = RingBufferMemory.messages(100);
        tokens = RingBufferMemory.tokens(4_000);
        theirMessages = MessageWindowChatMemory.withMaxMessages(100);
        theirTokens = TokenWindowChatMemory.withMaxTokens(4_000, new OpenAiTokenCountEstimator("gpt-4o-mini"));
    }

    private List<Message> append(Memory memory) {
        memory.append("s", new Turn(Integer.toString(runs++), turn));
        return memory.recall(wanted).messages();
    }

    private List<ChatMessage> append(ChatMemory memory) {
        memory.add(question);
        memory.add(answer);
        return memory.messages();
    }

    /** {@code RingBufferMemory.messages(100)}. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Message> messages() {
        return append(messages);
    }

    /** {@code RingBufferMemory.tokens(4_000)}. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Message> tokens() {
        return append(tokens);
    }

    /** LangChain4j's window of 100 messages. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<ChatMessage> langchain4jMessages() {
        return append(theirMessages);
    }

    /** LangChain4j's window of 4,000 tokens. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<ChatMessage> langchain4jTokens() {
        return append(theirTokens);
    }
}
