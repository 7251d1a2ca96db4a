package dev.tenon.toolbox.foreign;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A tool process with bad manners, in Java so that it always runs, and without any library so that it starts fast. */
final class LineChild {
    private static final Pattern MEMBER = Pattern.compile("\"(type|id|tool|text)\":\"([^\"]*)\"");

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private boolean deaf;

    private LineChild() {}

    public static void main(String[] arguments) throws Exception {
        String mode = arguments.length == 0 ? "" : arguments[0];
        if (mode.equals("sleeps")) {
            Thread.sleep(Duration.ofMinutes(10));
        }
        new LineChild().run(mode);
    }

    private void run(String mode) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String type = member(line, "type");
            if (type.equals("hello")) {
                hello(mode);
            } else if (type.equals("call")) {
                call(member(line, "id"), member(line, "tool"), member(line, "text"));
            } else if (type.equals("cancel") && !deaf) {
                say("{\"type\":\"result\",\"id\":\"" + member(line, "id") + "\",\"error\":true,\"text\":\"gave up\"}");
            }
        }
        if (mode.equals("stays")) {
            Thread.sleep(Duration.ofMinutes(10));
        }
        System.exit(0);
    }

    private static String member(String line, String name) {
        Matcher found = MEMBER.matcher(line);
        while (found.find()) {
            if (found.group(1).equals(name)) {
                return found.group(2);
            }
        }
        return "";
    }

    private void hello(String mode) {
        switch (mode) {
            case "silent" -> {}
            case "chatty" -> say("Loading the model ...");
            case "dies" -> System.exit(7);
            case "bad" -> say("{\"type\":\"tools\",\"tools\":[{\"name\":\"x\",\"traits\":[\"nice\"]}]}");
            default -> {
                StringBuilder tools = new StringBuilder();
                for (String name : new String[] {
                    "echo",
                    "crash",
                    "garbage",
                    "half",
                    "huge",
                    "wrong",
                    "hang",
                    "deaf",
                    "progress",
                    "files",
                    "nothing",
                    "environment",
                    "waits",
                    "child",
                    "again",
                    "stuck"
                }) {
                    tools.append(tools.isEmpty() ? "" : ",")
                            .append("{\"name\":\"")
                            .append(name)
                            .append("\",\"description\":\"Does ")
                            .append(name)
                            .append("\",\"traits\":[\"read_only\"],\"timeout_seconds\":")
                            .append(
                                    switch (name) {
                                        case "hang", "deaf" -> "0.2";
                                        case "waits" -> "0";
                                        default -> "20";
                                    })
                            .append(
                                    ",\"parameters\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}}");
                }
                System.err.println("this is for people");
                say("{\"type\":\"tools\",\"tools\":[" + tools + "],\"language\":\"Java\"}");
            }
        }
    }

    private void call(String id, String tool, String text) throws Exception {
        String result = "{\"type\":\"result\",\"id\":\"" + id + "\",";
        switch (tool) {
            case "echo" -> say(result + "\"text\":\"" + text + " é😀\"}");
            case "crash" -> System.exit(3);
            case "garbage" -> say("Traceback (most recent call last):");
            case "half" -> {
                out.print(result + "\"te");
                out.flush();
                System.exit(0);
            }
            case "huge" -> say(result + "\"text\":\"" + "x".repeat(100_000) + "\"}");
            case "wrong" -> say("{\"type\":\"result\",\"id\":\"4711\",\"text\":\"x\"}");
            case "hang" -> {}
            case "waits" -> say("{\"type\":\"progress\",\"id\":\"" + id + "\",\"message\":\"waiting\"}");
            case "child" -> say(result + "\"text\":\"" + sleeper().pid() + "\"}");
            case "again" -> hello("");
            case "stuck" -> Thread.sleep(Duration.ofMinutes(10));
            case "deaf" -> deaf = true;
            case "progress" -> {
                say("{\"type\":\"progress\",\"id\":\"" + id + "\",\"message\":\"half way\"}");
                say(result + "\"json\":{\"b\":[1,2.50]}}");
            }
            case "files" ->
                say(result + "\"text\":\"two\",\"files\":[{\"type\":\"image/png\",\"base64\":\"AQI=\"},"
                        + "{\"type\":\"text/csv\",\"name\":\"a.csv\",\"base64\":\"Aw==\"}]}");
            case "nothing" -> say(result + "\"error\":false}");
            case "environment" ->
                say(result + "\"text\":\""
                        + String.join(
                                " ", new java.util.TreeSet<>(System.getenv().keySet())) + "\"}");
            default -> say(result + "\"error\":true,\"text\":\"no such tool\"}");
        }
    }

    private static Process sleeper() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LineChild.class.getName(),
                        "sleeps")
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    private void say(String line) {
        out.println(line);
    }
}
