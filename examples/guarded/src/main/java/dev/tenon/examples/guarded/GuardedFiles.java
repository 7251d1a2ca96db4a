package dev.tenon.examples.guarded;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.provider.Provider;
import dev.tenon.run.Answer;
import dev.tenon.run.Question;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.toolbox.files.FileTools;
import dev.tenon.toolbox.guard.AuditLog;
import dev.tenon.toolbox.guard.Consent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Scanner;

/**
 * An agent that tidies a folder. Reading is free; a person is asked before each deletion; edits run by themselves; nothing leaves the folder; all of it is on record.
 *
 * <p>{@code bin/guarded FOLDER}, and answer with {@code y} or a reason why not. The model is a scripted one; put a real one in its place.
 */
public final class GuardedFiles {
    private GuardedFiles() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1 || !Files.isDirectory(Path.of(arguments[0]))) {
            System.err.println(
                    "Usage: bin/guarded FOLDER: tidies a folder that is there, asks before it deletes, and keeps a"
                            + " record beside it in FOLDER.audit.jsonl");
            System.exit(2);
        }
        Path folder = Path.of(arguments[0]).toAbsolutePath().normalize();
        Path log = folder.resolveSibling(folder.getFileName() + ".audit.jsonl");
        Scanner person = new Scanner(System.in, StandardCharsets.UTF_8);
        try (AuditLog audit = AuditLog.open(log)) {
            Agent agent = Agent.builder(model())
                    .tools(FileTools.builder(folder).hide(".env*").build().tools())
                    .policy(Consent.of(Consent.Mode.ACCEPT_EDITS))
                    .answers(question -> Optional.of(asked(question, person)))
                    .interceptor(audit.interceptor(System.getProperty("user.name")))
                    .build();
            System.out.println(agent.run("Tidy up this folder").text());
        }
        System.out.println(AuditLog.verify(log).lines() + " lines on record");
    }

    private static Answer asked(Question question, Scanner person) {
        System.out.println(question.subject() + " " + question.arguments() + "? (" + question.reason() + ")");
        String said = person.hasNextLine() ? person.nextLine().strip() : "nobody is there";
        return said.equals("y") ? Answer.approve(question) : Answer.deny(question, said);
    }

    private static Provider model() {
        return ScriptedProvider.of(
                toolCall("files_glob", Json.object("pattern", "*")),
                toolCall("files_read", Json.object("path", "../secret.txt")),
                toolCall("files_write", Json.object("path", "README.md").with("content", "# Notes\n")),
                toolCall("files_delete", Json.object("path", "old.txt")),
                toolCall("files_delete", Json.object("path", "keep.txt")),
                reply("It is tidy."));
    }
}
