// Starts `copycheck server`, and shows what its lenses are about.

import * as vscode from "vscode";
import { LanguageClient, Location, Position, ServerOptions } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("copycheck");
  const server: ServerOptions = {
    command: settings.get<string>("path", "copycheck"),
    args: settings.get<string[]>("args", ["server"]),
  };
  client = new LanguageClient("copycheck", "copycheck", server, {
    documentSelector: [{ scheme: "file", language: "python" }],
    initializationOptions: { settings: { copycheck: settings } },
    synchronize: { configurationSection: "copycheck" },
    middleware: { executeCommand: showPlaces },
  });
  await client.start();
}

/** Places are shown as references are; all other commands are the server's own. */
async function showPlaces(
  command: string,
  args: unknown[],
  next: (command: string, args: unknown[]) => unknown,
): Promise<unknown> {
  if (command !== "copycheck.showCopies" && command !== "copycheck.showSource") {
    return next(command, args);
  }
  const [uri, position, locations] = args as [string, Position, Location[]];
  const convert = client!.protocol2CodeConverter;
  return vscode.commands.executeCommand(
    "editor.action.showReferences",
    vscode.Uri.parse(uri),
    convert.asPosition(position),
    locations.map((location) => convert.asLocation(location)),
  );
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("copycheck.restart", async () => {
      await client?.stop();
      await start();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
