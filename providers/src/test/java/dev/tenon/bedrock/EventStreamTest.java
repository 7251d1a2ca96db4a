package dev.tenon.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Amazon's binary messages: read in whatever pieces they come, and never where they are damaged. */
class EventStreamTest {
    private final List<Delta> deltas = new ArrayList<>();

    private static byte[] header(String name, int type, byte... value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(type);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] text(String name, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] counted = ByteBuffer.allocate(2 + bytes.length)
                .putShort((short) bytes.length)
                .put(bytes)
                .array();
        return header(name, 7, counted);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
    }

    private static int crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] message(byte[] headers, String payload) {
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(16 + headers.length + body.length);
        out.putInt(out.capacity()).putInt(headers.length);
        out.putInt(crc(out.array(), 8)).put(headers).put(body);
        return out.putInt(crc(out.array(), out.position())).array();
    }

    private static byte[] event(String type, String payload) {
        return message(
                joined(
                        text(":event-type", type),
                        text(":content-type", "application/json"),
                        text(":message-type", "event")),
                payload);
    }

    private static byte[] says(String piece) {
        return event(
                "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + piece + "\"},\"p\":\"abc\"}");
    }

    private static final byte[] START = event("messageStart", "{\"role\":\"assistant\"}");
    private static final byte[] STOP = event("messageStop", "{\"stopReason\":\"end_turn\"}");
    private static final byte[] METADATA =
            event("metadata", "{\"usage\":{\"inputTokens\":3,\"outputTokens\":2,\"totalTokens\":5}}");

    private static Answer stream(byte[]... pieces) {
        return Answer.chunked(200, "application/vnd.amazon.eventstream", List.of(pieces));
    }

    private ChatResponse ask(Answer answer) {
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            return Bedrock.connect("us-east-1")
                    .baseUrl(server.url("").toString())
                    .key("bedrock-secret-key")
                    .build()
                    .model("m")
                    .chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), deltas::add, notice -> {}));
        }
    }

    private ProviderException failure(byte[]... pieces) {
        ProviderException e = catchThrowableOfType(ProviderException.class, () -> ask(stream(pieces)));
        assertThat(e).as("the exception").isNotNull();
        return e;
    }

    @Test
    void messagesAreReadInWhateverPiecesTheyCome() {
        byte[] all = joined(START, says("caf\u00e9 "), says("\uD83D\uDE80"), STOP, METADATA);
        List<byte[]> bytes = new ArrayList<>();
        for (byte b : all) bytes.add(new byte[] {b});

        assertThat(ask(stream(all)).text()).isEqualTo("caf\u00e9 \uD83D\uDE80");
        ChatResponse read = ask(stream(bytes.toArray(byte[][]::new)));
        assertThat(read.text()).isEqualTo("caf\u00e9 \uD83D\uDE80");
        assertThat(read.usage().total()).isEqualTo(5);
        assertThat(deltas).hasSize(4).contains(new Delta.Text("caf\u00e9 "));
    }

    @Test
    void aBitThatChangedIsNoticedWhereverItIs() {
        byte[] good = says("Hello");
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            deltas.clear();
            ProviderException e = failure(START, bad, STOP, METADATA);
            assertThat(e.kind()).as("byte %d", at).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(deltas).isEmpty();
        }
        byte[] bad = good.clone();
        bad[good.length - 20] ^= 1;
        assertThat(failure(START, bad).getMessage())
                .matches("bedrock: a message of the stream is damaged: its checksum is [0-9a-f]{8}, but should be"
                        + " [0-9a-f]{8}");
    }

    @Test
    void aStreamThatIsCutAnywhereIsNoAnswer() {
        byte[] all = joined(START, says("One "), says("two"), STOP);
        for (int length = 1; length < all.length; length++) {
            deltas.clear();
            ProviderException e = failure(Arrays.copyOf(all, length));
            assertThat(e.kind()).as("cut at %d", length).isEqualTo(Kind.MALFORMED_RESPONSE);
            StringBuilder shown = new StringBuilder();
            deltas.forEach(delta -> shown.append(((Delta.Text) delta).text()));
            assertThat(e.partial().map(ChatResponse::text).orElse("")).isEqualTo(shown.toString());
        }
        assertThat(failure(START, says("One "))).hasMessage("bedrock: the stream ended before the answer did");
        assertThat(failure(START, Arrays.copyOf(says("One "), 30)))
                .hasMessage("bedrock: the stream was cut in the midst of a message");
    }

    @Test
    void whatComesAfterTheAnswerMayBreak() {
        assertThat(ask(stream(joined(START, says("Hi"), STOP, METADATA)).ending(Ending.RESET))
                        .text())
                .isEqualTo("Hi");
    }

    @Test
    void anExceptionInTheMidstIsTheFailure() {
        byte[] exception = message(
                joined(text(":exception-type", "throttlingException"), text(":message-type", "exception")),
                "{\"message\":\"Too many tokens\"}");
        ProviderException e = failure(START, says("So "), exception);

        assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(e).hasMessage("bedrock reported an error: Too many tokens");
        assertThat(e.reported())
                .isEqualTo(Json.object()
                        .put("type", "throttlingException")
                        .put("message", "Too many tokens")
                        .build());
        assertThat(e.partial().orElseThrow().text()).isEqualTo("So ");
    }

    @Test
    void anErrorWithoutAPayloadIsToldByItsHeaders() {
        byte[] error = message(
                joined(
                        text(":error-code", "InternalFailure"),
                        text(":error-message", "It broke"),
                        text(":message-type", "error")),
                "");
        ProviderException e = failure(START, error);

        assertThat(e.kind()).isEqualTo(Kind.SERVER);
        assertThat(e).hasMessage("bedrock reported an error: It broke");
    }

    @Test
    void headersEventsAndPayloadsThatAreNotKnownDoNoHarm() {
        byte[] headers = joined(
                header("t", 0),
                header("f", 1),
                header("b", 2, (byte) 1),
                header("s", 3, new byte[2]),
                header("i", 4, new byte[4]),
                header("l", 5, new byte[8]),
                header("y", 6, (byte) 0, (byte) 2, (byte) 1, (byte) 2),
                header("d", 8, new byte[8]),
                header("u", 9, new byte[16]),
                text(":event-type", "contentBlockDelta"),
                text(":message-type", "event"));
        byte[] known = message(headers, "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\",\"new\":1},\"more\":[]}");
        byte[] newer = event("somethingNewer", "{\"a\":{\"b\":1}}");
        byte[] noJson = message(joined(text(":event-type", "x"), text(":message-type", "event")), "\u0001\u0002");
        byte[] other = message(text(":message-type", "ping"), "");

        assertThat(ask(stream(START, newer, noJson, other, known, STOP, METADATA))
                        .text())
                .isEqualTo("Hi");
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        for (int[] lengths : new int[][] {{15, 0}, {20, 5}, {-1, 0}, {Integer.MAX_VALUE, 0}, {100, -1}}) {
            ByteBuffer prelude = ByteBuffer.allocate(12).putInt(lengths[0]).putInt(lengths[1]);
            prelude.putInt(crc(prelude.array(), 8));
            // A first byte other than zero is no message at all.
            ProviderException e = failure(START, prelude.array(), new byte[200]);
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e.getMessage()).startsWith("bedrock: a message of the stream says it has ");
        }
        byte[] cutHeader = message(new byte[] {40, 'a'}, "{}");
        assertThat(failure(START, cutHeader)).hasMessage("bedrock: the headers of a message of the stream are cut");
        assertThat(failure(START, message(header("a", 42), "{}")))
                .hasMessage("bedrock: a message of the stream has a header of the unknown type 42");
    }

    @Test
    void jsonIsReadWhereAStreamWasAskedFor() {
        String whole = "{\"output\":{\"message\":{\"content\":[{\"text\":\"Hello\"}]}},\"stopReason\":\"end_turn\"}";
        assertThat(ask(Answer.of(200, "application/vnd.amazon.eventstream", whole))
                        .text())
                .isEqualTo("Hello");
    }
}
