"""The year's programme of drills: who drills what when, who has to, and what came of it."""
