"""What must survive: kill -9, full disks, lost databases, races."""
